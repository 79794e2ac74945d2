import CKernels

/// The end of a residual block: instance norms of both branches, their sum, and a leaky ReLU, in one pass.
///
/// `y = lrelu(norm(main) + norm(shortcut))`, or `+ shortcut` as it is where it needs no norm
///
/// - Shape: both are `[N, C, …]`; so is the result, channels-last.
/// - Memory: keeps both branches and mean and 1/deviation of every channel; neither the normalized branches, nor their
///   sum, nor the activation. Their gradients are written over the branches where nobody else holds those.
/// - Throws: when the shapes differ or there is one position per channel.
public struct ResidualNorm: FloatingOp {
  /// `residual_norm`.
  public static let name = "residual_norm"
  /// For help.
  public static let summary =
    "lrelu(instance_norm(main) + instance_norm(shortcut)), or plus the shortcut as it is."
  /// Both branches, whether the second is normalized, slope and epsilon.
  public static let signature = OpSignature(
    inputs: ["main", "shortcut"],
    parameters: [
      .optional("normalize_shortcut", .bool, .bool(true)), .optional("negative_slope", .float, .float(0.01)),
      .optional("eps", .float, .float(1e-5)),
    ], isMethod: false)
  /// Both kinds of shortcut, in two and three dimensions.
  public static var samples: [OpSample] {
    [
      OpSample(
        ResidualNorm(normalizesShortcut: true), .init([2, 3, 5, 4, 6], -1.5...2.5, channelsLast: true),
        .init([2, 3, 5, 4, 6], channelsLast: true)),
      OpSample(
        ResidualNorm(normalizesShortcut: false, slope: 0.1), .init([1, 70, 3, 3]), .init([1, 70, 3, 3])),
    ]
  }

  /// Whether the shortcut is normalized.
  public let normalizesShortcut: Bool
  /// Slope of negative values.
  public let slope: Double
  /// Added to the variances.
  public let epsilon: Double

  /// Makes the op.
  public init(normalizesShortcut: Bool, slope: Double = 0.01, epsilon: Double = 1e-5) {
    self.normalizesShortcut = normalizesShortcut
    self.slope = slope
    self.epsilon = epsilon
  }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(
      normalizesShortcut: try arguments.bool("normalize_shortcut"),
      slope: try arguments.float("negative_slope"), epsilon: try arguments.float("eps"))
  }

  /// The result, and mean and 1/deviation `[N, C]` of each normalized branch, which only backward sees.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    guard inputs[1].shape == inputs[0].shape, inputs[1].dtype == inputs[0].dtype else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "\(inputs[0].shape) of \(inputs[0].dtype.rawValue)", got: inputs[1].shape,
        argument: "shortcut")
    }
    let norm = try InstanceNorm(epsilon: epsilon).results(of: [inputs[0]])
    return norm + (normalizesShortcut ? norm.dropFirst() : [])
  }

  /// Statistics are for backward.
  public var visibleResultCount: Int { 1 }

  /// Neighbouring channels are normalized together.
  public func layout(ofInput index: Int) -> LayoutRequirement { .channelsLast }

  /// Statistics of each branch, then one pass over both.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let branches = try measuredBranches(call, type)
    let (volume, y) = (InstanceVolume(call.inputs[0].shape), call.outputs[0].shared(type))
    for image in 0..<volume.images {
      try volume.run(call.parallel) { _, range in
        let at = volume.start(of: image).element + range.lowerBound * volume.channels
        apply(branches, volume, image, range, to: y + at)
      }
    }
  }

  /// The call's branches, whose statistics are computed into the outputs behind the first.
  func measuredBranches<Element: KernelElement>(
    _ call: KernelCall, _ type: Element.Type
  ) throws -> ResidualBranches<Element> {
    let volume = InstanceVolume(call.inputs[0].shape)
    let branches = (0..<2).map { index in
      let hasNorm = index == 0 || normalizesShortcut
      return ResidualBranch<Element>(
        x: call.inputs[index].shared(type), mean: hasNorm ? call.outputs[1 + 2 * index].shared() : nil,
        inverseDeviation: hasNorm ? call.outputs[2 + 2 * index].shared() : nil)
    }
    for branch in branches {
      guard let mean = branch.mean, let inverseDeviation = branch.inverseDeviation else { continue }
      try volume.statistics(
        of: branch.x, epsilon: epsilon, mean: mean, inverseDeviation: inverseDeviation, call.parallel)
    }
    return ResidualBranches(main: branches[0], shortcut: branches[1])
  }

  /// Writes some positions of an image to `y`.
  func apply<Element: KernelElement>(
    _ branches: ResidualBranches<Element>, _ volume: InstanceVolume, _ image: Int, _ positions: Range<Int>,
    to y: UnsafeMutablePointer<Element>
  ) {
    let (start, row) = volume.start(of: image)
    let at = start + positions.lowerBound * volume.channels
    Element.normalization.residual(
      Int64(positions.count), Int64(volume.channels), branches.main.part(at, row),
      branches.shortcut.part(at, row),
      Element.Real(slope), y)
  }

  /// The shortcut is often made again for this op alone.
  public var replaceableInput: Int? { 1 }

  /// Both branches' gradients in one pass, in the branches' own memory where it is free.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let engine = backward.engine
    var (main, shortcut) = (try backward.takeInput(0), try backward.takeInput(1))
    var targets: [Tensor?] = [engine.isOnlyHolder(of: &main) ? main : nil]
    targets.append(normalizesShortcut && engine.isOnlyHolder(of: &shortcut) ? shortcut : nil)
    let statistics = try (1..<(normalizesShortcut ? 5 : 3)).map { try backward.result($0) }
    let op = ResidualNormBackward(slope: slope)
    let inputs = try [main, shortcut, backward.gradient()] + statistics
    return try engine.run(op, inputs, over: targets)
  }

  /// Both branches and the statistics.
  public func keeps(needs: [Bool]) -> [Kept] {
    [.input(0), .input(1)] + (1..<(normalizesShortcut ? 5 : 3)).map { .result($0) }
  }

  /// Sums, variance, scale and shift of each branch, their sum and the activation.
  public func flops(of inputs: [TensorSpec]) -> Int { (normalizesShortcut ? 16 : 9) * inputs[0].shape.count }
}

/// The gradients of ``ResidualNorm`` for both branches, from the branches, the gradient, and the statistics.
struct ResidualNormBackward: FloatingOp {
  static let name = "residual_norm_backward"
  static let summary = "The gradients of residual_norm."
  let slope: Double

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let spec = TensorSpec(layout: Layout(channelsLast: inputs[0].shape), dtype: inputs[0].dtype)
    return [spec, spec]
  }

  var visibleResultCount: Int { 2 }

  func layout(ofInput index: Int) -> LayoutRequirement { index < 3 ? .channelsLast : .rowMajor }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let volume = InstanceVolume(call.inputs[0].shape)
    let branches = call.branches(type, statisticsFrom: 3)
    let (main, shortcut) = (branches.main, branches.shortcut)
    let dy = call.inputs[2].shared(type)
    let targets = (call.outputs[0].shared(type), call.outputs[1].shared(type))
    let (channels, slope, width) = (Int64(volume.channels), Element.Real(slope), 3 * volume.channels)
    try Scratch.withElements(Double.self, count: (volume.slabs + 1) * width) { sums in
      let means = SharedElements(base: sums + volume.slabs * width)
      for image in 0..<volume.images {
        let (start, row) = volume.start(of: image)
        try volume.run(call.parallel) { slab, range in
          let at = start + range.lowerBound * volume.channels
          Element.normalization.residualSums(
            Int64(range.count), channels, main.part(at, row), shortcut.part(at, row), slope, dy + at,
            sums + slab * width)
        }
        Double.sumSlabs(Int64(volume.slabs), Int64(width), sums.base, means.base, 0, Int64(width))
        for index in 0..<width { means.base[index] /= Double(volume.positions) }
        try volume.run(call.parallel) { _, range in
          let at = start + range.lowerBound * volume.channels
          Element.normalization.residualBackward(
            Int64(range.count), channels, main.part(at, row), shortcut.part(at, row), slope, dy + at,
            means.base, targets.0 + at, targets.1 + at)
        }
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 28 * inputs[0].shape.count }
}

/// Both branches of a residual block.
struct ResidualBranches<Element: NormalizationElement>: Sendable {
  let main: ResidualBranch<Element>
  let shortcut: ResidualBranch<Element>
}

extension KernelCall {
  /// The branches that a backward kernel reads, their statistics from input `first` on.
  func branches<Element: NormalizationElement>(
    _ type: Element.Type, statisticsFrom first: Int
  ) -> ResidualBranches<Element> {
    func branch(_ index: Int) -> ResidualBranch<Element> {
      ResidualBranch(
        x: inputs[index].shared(type), mean: input(first + 2 * index)?.shared(),
        inverseDeviation: input(first + 1 + 2 * index)?.shared())
    }
    return ResidualBranches(main: branch(0), shortcut: branch(1))
  }
}

/// One branch and, where it has a norm, its statistics.
struct ResidualBranch<Element: NormalizationElement>: Sendable {
  let x: SharedElements<Element>
  let mean: SharedElements<Element.Real>?
  let inverseDeviation: SharedElements<Element.Real>?

  /// The branch from an element on, and its image's row of statistics.
  func part(_ at: Int, _ row: Int) -> Element.Branch {
    Element.branch(x + at, mean: mean.map { $0 + row }, inverseDeviation: inverseDeviation.map { $0 + row })
  }
}
