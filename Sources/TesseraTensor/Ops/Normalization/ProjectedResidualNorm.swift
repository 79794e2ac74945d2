import CKernels

/// A pointwise convolution of a residual block's end, which is made a block of positions at a time and never stored.
///
/// `y = conv(lrelu(norm(main) + norm(shortcut)))`, with a kernel of one position
///
/// - Shape: both branches are `[N, C, …]`, `weight` `[out, C, 1…]`, `bias` `[out]` or absent; the result is `[N, out, …]`,
///   channels-last.
/// - Memory: keeps both branches, the weight and the statistics, and writes the branches' gradients over them where nobody
///   else holds those. Neither the block's result nor its gradient is ever whole: two maps less at a network's end.
/// - Throws: when shapes differ, the kernel has more than one position, or there is one position per channel.
public struct ProjectedResidualNorm: FloatingOp {
  /// `projected_residual_norm`.
  public static let name = "projected_residual_norm"
  /// For help.
  public static let summary = "A pointwise convolution of residual_norm's result, which is never stored."
  /// With a bias and without, in two and three dimensions, over more than one block of positions.
  public static var samples: [OpSample] {
    [
      OpSample(
        ProjectedResidualNorm(normalizesShortcut: true),
        .init([2, 3, 5, 4, 6], -1.5...2.5, channelsLast: true),
        .init([2, 3, 5, 4, 6], channelsLast: true), .init([2, 3, 1, 1, 1]), .init([2])),
      OpSample(
        ProjectedResidualNorm(normalizesShortcut: false, slope: 0.1), .init([1, 9, 13, 21]),
        .init([1, 9, 13, 21]),
        .init([4, 9, 1, 1])),
    ]
  }

  /// What is projected.
  public let norm: ResidualNorm

  /// Makes the op.
  public init(normalizesShortcut: Bool, slope: Double = 0.01, epsilon: Double = 1e-5) {
    norm = ResidualNorm(normalizesShortcut: normalizesShortcut, slope: slope, epsilon: epsilon)
  }

  /// The convolution's result, and the statistics that ``ResidualNorm`` has.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let block = try norm.results(of: Array(inputs.prefix(2)))
    guard inputs[2].shape.extents.dropFirst(2).allSatisfy({ $0 == 1 }) else {
      throw TensorError.badParameter(
        op: Self.name, name: "weight", value: "\(inputs[2].shape)", rule: "its kernel must have one position")
    }
    return try Convolution().results(of: [block[0]] + inputs.dropFirst(2)) + block.dropFirst()
  }

  /// Statistics are for backward.
  public var visibleResultCount: Int { 1 }

  /// Neighbouring channels are normalized together.
  public func layout(ofInput index: Int) -> LayoutRequirement { index < 2 ? .channelsLast : .rowMajor }

  /// Statistics of each branch, then the product of every block.
  public func cpu(_ call: KernelCall) throws { try call.compute(self) }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let branches = try norm.measuredBranches(call, type)
    let (volume, y) = (InstanceVolume(call.inputs[0].shape), call.outputs[0])
    try call.withParameters([2, 3], as: Element.Real.self) { parameters in
      guard let weight = parameters[0] else { return }
      let projection = Projection(
        volume, outputs: y.shape[1], dtype: y.dtype, weight: weight, bias: parameters[1])
      for image in 0..<volume.images {
        try volume.run(call.parallel) { _, range in
          projection.eachBlock(of: range, image) { block, rows in
            norm.apply(branches, volume, image, block, to: rows.assumingMemoryBound(to: type))
            projection.forward(block, image, rows, to: y)
          }
        }
      }
    }
  }

  /// All of them from one op, the branches' in the branches' own memory where it is free.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let engine = backward.engine
    var (main, shortcut) = (try backward.takeInput(0), try backward.takeInput(1))
    var targets: [Tensor?] = [engine.isOnlyHolder(of: &main) ? main : nil]
    targets.append(norm.normalizesShortcut && engine.isOnlyHolder(of: &shortcut) ? shortcut : nil)
    let statistics = try (1..<(norm.normalizesShortcut ? 5 : 3)).map { try backward.result($0) }
    let op = ProjectedResidualNormBackward(slope: norm.slope)
    let inputs = try [main, shortcut, backward.gradient(), backward.input(2)] + statistics
    let results = try engine.run(op, inputs, over: targets + [nil, nil])
    return try backward.inputs.indices.map { index in
      guard backward.needs[index] else { return nil }
      return index < 2 ? results[index] : try backward.asParameter(index, results[index])
    }
  }

  /// Both branches, the weight and the statistics.
  public func keeps(needs: [Bool]) -> [Kept] {
    [.input(0), .input(1), .input(2)] + (1..<(norm.normalizesShortcut ? 5 : 3)).map { .result($0) }
  }

  /// The block's end and the convolution.
  public func flops(of inputs: [TensorSpec]) -> Int {
    norm.flops(of: inputs) + 2 * inputs[0].shape.count * inputs[2].shape[0]
  }
}

/// The gradients of ``ProjectedResidualNorm`` for branches, weight and bias, from branches, gradient, weight and statistics.
struct ProjectedResidualNormBackward: FloatingOp {
  static let name = "projected_residual_norm_backward"
  static let summary = "The gradients of projected_residual_norm."
  let slope: Double

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let branch = TensorSpec(layout: Layout(channelsLast: inputs[0].shape), dtype: inputs[0].dtype)
    let real = inputs[0].dtype.accumulation
    return [branch, branch, TensorSpec(inputs[3].shape, real), TensorSpec([inputs[3].shape[0]], real)]
  }

  var visibleResultCount: Int { 4 }

  func layout(ofInput index: Int) -> LayoutRequirement { index < 3 ? .channelsLast : .rowMajor }

  func cpu(_ call: KernelCall) throws { try call.compute(self) }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let volume = InstanceVolume(call.inputs[0].shape)
    let norm = ResidualNorm(normalizesShortcut: call.inputs.count > 6, slope: slope)
    let branches = call.branches(type, statisticsFrom: 4)
    let (outputs, real) = (call.inputs[3].shape[0], Element.Real.self)
    try call.withParameters([3], as: real) { parameters in
      guard let weight = parameters[0] else { return }
      let projection = Projection(
        volume, outputs: outputs, dtype: call.inputs[2].dtype, weight: weight, bias: nil)
      let sums = ProjectionSums<Element>(volume, outputs: outputs, norm: norm, branches: branches, projection)
      try sums.differentiate(call)
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int {
    28 * inputs[0].shape.count + 6 * inputs[0].shape.count * inputs[3].shape[0]
  }
}
