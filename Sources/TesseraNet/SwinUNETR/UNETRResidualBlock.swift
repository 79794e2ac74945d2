import TesseraTensor

/// Two 3×3(×3) convolutions with instance norms on a residual branch.
///
/// `y = lrelu(norm2(conv2(lrelu(norm1(conv1(x))))) + r)`, `r = x`, or `norm3(conv3(x))` where channels change.
///
/// - Shape: `(B, in, spatial…)` to `(B, out, spatial…)`.
/// - Memory: fused, keeps x and what the convolutions return, two or three maps of the output's size; norms and
///   activations are made again where they are read. A `conv3` that widens is made again, too. With fusion off or affine
///   norms, keeps x and four or five maps.
public final class UNETRResidualBlock: Layer {
  private let conv1: Layer
  private let conv2: Layer
  private let conv3: Layer?
  private let weights: [Tensor]
  private let norms: [InstanceNorm]
  private let isAffine: Bool
  /// Whether there are more channels at the end: then the first convolution and conv3 cost little beside conv2.
  let widens: Bool
  /// Whether the first convolution's result is made again instead of kept.
  var remakesFirst = false
  private static let slope = 0.01

  /// Makes a block.
  public init(_ inChannels: Int, _ outChannels: Int, axes: Int, norm: BlockNorm, engine: Engine) throws {
    let changes = inChannels != outChannels
    let shapes = [(inChannels, 3), (outChannels, 3)] + (changes ? [(inChannels, 1)] : [])
    let convolutions = try shapes.map { channels, side in
      let kernel = [Int](repeating: side, count: axes)
      return try Convolution(
        channels, outChannels, kernel: kernel, padding: kernel.map { $0 / 2 }, bias: false, engine: engine)
    }
    let layers = convolutions.map { ConvolutionWrapper($0, engine: engine) }
    weights = convolutions.map(\.weight)
    (conv1, conv2, conv3) = (layers[0], layers[1], changes ? layers[2] : nil)
    norms = try shapes.map { _ in try InstanceNorm(outChannels, affine: norm.affine, engine: engine) }
    isAffine = norm.affine
    widens = inChannels < outChannels
    super.init(engine: engine)
    register("conv1", layer: conv1)
    register("conv2", layer: conv2)
    for (index, norm) in norms.prefix(2).enumerated() { register("norm\(index + 1)", layer: norm) }
    if let conv3 {
      register("conv3", layer: conv3)
      register("norm3", layer: norms[2])
    }
  }

  /// Whether the block runs its fused ops.
  var isFused: Bool { engine.isFused && !isAffine }

  /// Runs both branches, fused also over two maps whose channels count as one's.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    if isFused { return try inputs.count > 1 ? fused(inputs[0], skip: inputs[1]) : fused(inputs[0]) }
    let x = inputs[0]
    let first = try norms[0](conv1(x, as: "conv1"), as: "norm1").leakyRelu(slope: Self.slope)
    let second = try norms[1](conv2(first, as: "conv2"), as: "norm2")
    let residual = try conv3.map { try norms[2]($0(x, as: "conv3"), as: "norm3") } ?? x
    return try (second + residual).leakyRelu(slope: Self.slope)
  }

  /// Both branches of one map.
  private func fused(_ x: Tensor) throws -> Tensor {
    let first = try remaking(remakesFirst) { try conv1(x, as: "conv1") }
    guard let conv3 else { return try joined(first, shortcut: x, isRaw: false) }
    let shortcut = try remaking(widens) { try conv3(x, as: "conv3") }
    return try joined(first, shortcut: shortcut, isRaw: true)
  }

  private func remaking(_ isCheap: Bool, _ body: () throws -> Tensor) throws -> Tensor {
    try isCheap ? engine.remaking(.convolutions, body) : body()
  }

  /// Both branches of two maps whose channels count as one's; they are let go once the convolutions have read them.
  func fused(_ x: consuming Tensor, skip: consuming Tensor) throws -> Tensor {
    let branches = try branches(consume x, skip: consume skip)
    return try ended(branches.main, shortcut: branches.shortcut, isRaw: true)
  }

  /// Both branches of two maps up to their norms, for an op that does what is left.
  func branches(_ x: consuming Tensor, skip: consuming Tensor) throws -> (main: Tensor, shortcut: Tensor) {
    let branches = try convolved(consume x, consume skip)
    return (try second(branches[0]), branches[1])
  }

  /// The end of both branches, and a pointwise convolution of it that needs no map of its own.
  static func projected(_ branches: (main: Tensor, shortcut: Tensor), by end: Convolution) throws -> Tensor {
    let op = ProjectedResidualNorm(normalizesShortcut: true, slope: slope)
    let parameters = [end.weight] + (end.bias.map { [$0] } ?? [])
    return try end.engine.run(op, [branches.main, branches.shortcut] + parameters)[0]
  }

  private func convolved(_ x: consuming Tensor, _ skip: consuming Tensor) throws -> [Tensor] {
    engine.pushLayer("conv1")
    defer { engine.popLayer() }
    // The shortcut's convolution reads single positions: it comes last and lies where the first map did.
    return try engine.run(
      JoinedConvolution(), consuming: [consume x, consume skip, weights[0], weights[2]], placing: 1, over: 0)
  }

  private func joined(_ first: Tensor, shortcut: Tensor, isRaw: Bool) throws -> Tensor {
    try ended(second(first), shortcut: shortcut, isRaw: isRaw)
  }

  /// The second convolution, which reads `first` through its norm.
  private func second(_ first: Tensor) throws -> Tensor {
    let padding = ConvolutionGeometry(padding: weights[1].shape.extents.dropFirst(2).map { $0 / 2 })
    return try engine.inLayer("conv2") {
      try engine.run(NormalizedConvolution(padding, slope: Self.slope), first, weights[1])
    }
  }

  private func ended(_ second: Tensor, shortcut: Tensor, isRaw: Bool) throws -> Tensor {
    try engine.inLayer("norm2") {
      try engine.remaking(.norms) {
        try engine.run(ResidualNorm(normalizesShortcut: isRaw, slope: Self.slope), second, shortcut)
      }
    }
  }
}
