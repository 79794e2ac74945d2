import CKernels

/// Convolutions of two maps whose channels count as one's, without the concatenation: kernels read both.
///
/// `y_i = conv_i(cat(first, second))`, stride 1, padded to the input's size, for one weight or several
///
/// - Shape: `first` is `[N, a, …]`, `second` `[N, b, …]`, each weight `[out, a + b, k…]` with odd k; a result a weight,
///   `[N, out, …]`, channels-last.
/// - Memory: keeps both maps and the weights. Their gradients are made a map at a time, after the map itself is let go, the
///   second map's over an incoming one; the last result may lie over the first map where nobody needs that any more.
/// - Throws: when ranks, channels or kernels do not fit.
public struct JoinedConvolution: FloatingOp {
  /// `joined_convolution`.
  public static let name = "joined_convolution"
  /// For help.
  public static let summary = "Convolutions of two maps' channels together, without concatenating them."
  /// A block's 3×3 and 1×1 in three dimensions, and one weight in two.
  public static var samples: [OpSample] {
    [
      OpSample(
        JoinedConvolution(), .init([2, 3, 3, 4, 5], channelsLast: true),
        .init([2, 2, 3, 4, 5], channelsLast: true), .init([4, 5, 3, 3, 3]), .init([3, 5, 1, 1, 1])),
      OpSample(JoinedConvolution(), .init([1, 1, 4, 3]), .init([1, 9, 4, 3]), .init([2, 10, 3, 3])),
      OpSample(JoinedConvolution(), .init([1, 4, 3, 17]), .init([1, 9, 3, 17]), .init([10, 13, 3, 3])),
    ]
  }

  /// Makes the op.
  public init() {}

  /// A result a weight.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    guard inputs.count > 2 else {
      throw TensorError.wrongInputCount(op: Self.name, expected: 3, got: inputs.count)
    }
    let joined = try Concatenate(dim: 1).results(of: Array(inputs.prefix(2)))[0]
    return try inputs.dropFirst(2).map { weight in
      guard weight.shape.extents.dropFirst(2).allSatisfy({ $0 % 2 == 1 }) else {
        throw TensorError.badParameter(
          op: Self.name, name: "weight", value: "\(weight.shape)", rule: "its kernel must be odd")
      }
      return try Self.convolution(weight.shape).results(of: [joined, weight])[0]
    }
  }

  /// The caller sees every convolution.
  public var visibleResultCount: Int { .max }

  /// Maps are read channels-last; weights in PyTorch's order.
  public func layout(ofInput index: Int) -> LayoutRequirement { index < 2 ? .channelsLast : .rowMajor }

  /// The convolution of one weight, padded to the input's size.
  private static func convolution(_ weight: Shape) -> Convolution {
    Convolution(ConvolutionGeometry(padding: weight.extents.dropFirst(2).map { $0 / 2 }))
  }

  /// One convolution after the other, each over both maps.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (first, second) = (call.inputs[0], call.inputs[1])
    let source = ConvolutionSource(first, second)
    try call.withParameters(Array(2..<call.inputs.count), as: Element.Real.self) { weights in
      for (index, y) in call.outputs.enumerated() {
        guard let weight = weights[index] else { continue }
        let problem = try problem(first.shape, second.shape, output: y.shape, call.inputs[index + 2].shape)
        if let overlapping = OverlappingConvolution(problem, TesseraForward, [first, second], target: y) {
          try overlapping.run(type, weight: weight, parallel: call.parallel)
          continue
        }
        try ConvolutionRunner.run(
          type, problem, TesseraForward, source: source, weight: weight, bias: nil, target: y,
          parallel: call.parallel)
      }
    }
  }

  func problem(_ first: Shape, _ second: Shape, output: Shape, _ weight: Shape) throws -> TesseraConvolution {
    var joined = first
    joined[1] += second[1]
    return try Self.convolution(weight).problem(input: joined, output: output, weight: weight)
  }

  /// The weights' gradients map by map, each map let go behind its own; then the maps' gradients, in which the
  /// convolutions add up in place.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    var incoming = try (2..<backward.inputs.count).map { try backward.takeGradient($0 - 2) }
    var parts = [[Tensor]](repeating: [], count: incoming.count)
    for map in 0..<2 { try addWeightGradients(of: map, backward, incoming, to: &parts) }
    let maps = try (0..<2).map { backward.needs[$0] ? try mapGradient($0, backward, &incoming) : nil }
    let weights = try parts.indices.map { index -> Tensor? in
      guard backward.needs[index + 2] else { return nil }
      let sum = try backward.engine.run(Concatenate(dim: 1), parts[index])[0]
      return try backward.asParameter(index + 2, sum)
    }
    return maps + weights
  }

  private func addWeightGradients(
    of map: Int, _ backward: BackwardCall, _ incoming: [Tensor], to parts: inout [[Tensor]]
  ) throws {
    let x = try backward.takeInput(map)
    for (index, dy) in incoming.enumerated() where backward.needs[index + 2] {
      var shape = backward.inputs[index + 2].shape
      let geometry = Self.convolution(shape).geometry
      shape[1] = x.shape[1]
      parts[index].append(try backward.engine.run(ConvolutionWeight(geometry, shape: shape), x, dy))
    }
  }

  /// The last map's gradient takes the place of an incoming one, which then is the first to be read.
  private func mapGradient(_ map: Int, _ backward: BackwardCall, _ incoming: inout [Tensor]) throws -> Tensor?
  {
    let shape = backward.inputs[map].shape
    let first = map == 0 ? 0 : backward.inputs[0].shape[1]
    let place =
      map == 1
      ? incoming.indices.last { backward.engine.canOverwrite(&incoming[$0], as: backward.inputs[map]) } : nil
    let others = incoming.indices.filter { $0 != place }
    var sum: Tensor?
    for index in (place.map { [$0] } ?? []) + others {
      let dy = incoming[index]
      let weight = try backward.input(index + 2).sliced(dim: 1, start: first, stop: first + shape[1])
        .contiguous()
      let geometry = Self.convolution(weight.shape).geometry
      let op = ConvolutionTranspose(geometry, outputShape: shape, adds: sum != nil)
      if let sum {
        try backward.engine.runInPlace(op, [dy, weight], into: sum)
      } else {
        sum = try backward.engine.run(op, [dy, weight], over: [index == place ? dy : nil])[0]
      }
    }
    return sum
  }

  /// Maps and weights.
  public func keeps(needs: [Bool]) -> [Kept] { needs.indices.map { .input($0) } }

  /// Each convolution's.
  public func flops(of inputs: [TensorSpec]) -> Int {
    guard let results = try? results(of: inputs) else { return 0 }
    return zip(results, inputs.dropFirst(2)).map { result, weight in
      result.shape.count * 2 * weight.shape.count / max(1, weight.shape[0])
    }.reduce(0, +)
  }
}
