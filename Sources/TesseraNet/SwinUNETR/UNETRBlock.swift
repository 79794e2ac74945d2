import TesseraTensor

/// The norm of the convolution blocks.
public struct BlockNorm: Sendable {
  /// Whether the instance norms scale and shift.
  public var affine: Bool

  /// Makes a choice.
  public init(affine: Bool = false) { self.affine = affine }
}

/// A convolution one level down, under the name `conv`: MONAI's paths have that level.
public final class ConvolutionWrapper: Layer {
  private let convolution: Layer

  /// Wraps a convolution.
  public init(_ convolution: Layer, engine: Engine) {
    self.convolution = convolution
    super.init(engine: engine)
    register("conv", layer: convolution)
  }

  /// Convolves.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor { try convolution(inputs[0], as: "conv") }

  /// The convolution where its kernel has one position.
  var pointwise: Convolution? {
    guard let convolution = convolution as? Convolution else { return nil }
    return convolution.weight.shape.extents.dropFirst(2).allSatisfy { $0 == 1 } ? convolution : nil
  }

  /// A network's last convolution, fused, goes with the block before it.
  public override var recomputeChoices: [Recompute] {
    engine.isFused && pointwise != nil ? [] : super.recomputeChoices
  }

  /// Whether this layer or the convolution in it is recomputed.
  var isRecomputed: Bool { recompute != .never || convolution.recompute != .never }
}

/// A residual block on an encoder's skip connection.
public final class UNETRBasicBlock: Layer {
  private let block: UNETRResidualBlock

  /// Makes a block.
  public init(_ inChannels: Int, _ outChannels: Int, axes: Int, norm: BlockNorm, engine: Engine) throws {
    block = try UNETRResidualBlock(inChannels, outChannels, axes: axes, norm: norm, engine: engine)
    super.init(engine: engine)
    register("layer", layer: block)
  }

  /// The part that can be made again is the first convolution.
  public override var recompute: Recompute { didSet { block.remakesFirst = recompute == .parts } }

  /// `lean` makes the first convolution's result again where that is cheap.
  public override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    if policy == .lean && block.widens { recompute = .parts }
    return policy == .lean
  }

  /// The first convolution, fused, or the block as one.
  public override var recomputeChoices: [Recompute] { block.isFused ? [.parts, .whole] : [.whole] }

  /// Runs the block.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor { try block(inputs[0], as: "layer") }
}

/// Doubles a map, appends the skip connection, and runs a residual block over both.
///
/// - Shape: `(B, in, s…)` and the skip `(B, out, 2s…)` to `(B, out, 2s…)`.
/// - Memory: keeps x and the block's maps; the doubled map is made again in backward, and there is no concatenation.
///   With fusion off, keeps x, the concatenation (two maps of the output's size) and the block's five.
public final class UNETRUpBlock: Layer {
  private let upsample: Layer
  private let block: UNETRResidualBlock

  /// Makes a block.
  public init(_ inChannels: Int, _ outChannels: Int, axes: Int, norm: BlockNorm, engine: Engine) throws {
    let two = [Int](repeating: 2, count: axes)
    upsample = ConvolutionWrapper(
      try TransposedConvolution(
        inChannels, outChannels, kernel: two, stride: two, bias: false, engine: engine),
      engine: engine)
    block = try UNETRResidualBlock(2 * outChannels, outChannels, axes: axes, norm: norm, engine: engine)
    super.init(engine: engine)
    register("transp_conv", layer: upsample)
    register("conv_block", layer: block)
  }

  /// The block as one.
  public override var recomputeChoices: [Recompute] { [.whole] }

  /// The doubled map comes first in the concatenation, the skip second.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    if block.isFused { return try fused(inputs[0], skip: inputs[1]) }
    return try block(concatenated(inputs[0], skip: inputs[1]), as: "conv_block")
  }

  /// Runs the block on a map and a skip that is let go as soon as the first convolutions have read it.
  func run(_ x: Tensor, skip: consuming Tensor, as name: String) throws -> Tensor {
    engine.pushLayer(name)
    defer { engine.popLayer() }
    guard block.isFused, recompute == .never else { return try run([x, skip]) }
    return try fused(x, skip: consume skip)
  }

  /// Runs the block and the network's last convolution, fused in one op; where either is recomputed both are, as one segment,
  /// so that gradients have the same bits under every policy.
  func run(
    _ x: consuming Tensor, skip: consuming Tensor, as name: String, into end: ConvolutionWrapper,
    as endName: String
  ) throws -> Tensor {
    guard block.isFused, engine.hasKernel(for: ProjectedResidualNorm.self), let last = end.pointwise else {
      return try end(run(x, skip: consume skip, as: name), as: endName)
    }
    let isSegment = recompute != .never || block.recompute != .never || end.isRecomputed
    let depth = isSegment ? engine.inLayer(name) { engine.openSegment() } : engine.openSegments
    defer { engine.closeSegments(to: depth) }
    let branches = try branches(consume x, skip: consume skip, as: name)
    return try engine.inLayer("\(endName).conv") { try UNETRResidualBlock.projected(branches, by: last) }
  }

  private func branches(
    _ x: consuming Tensor, skip: consuming Tensor, as name: String
  ) throws -> (main: Tensor, shortcut: Tensor) {
    engine.pushLayer(name)
    defer { engine.popLayer() }
    let doubled = try doubled(consume x)
    engine.pushLayer("conv_block")
    defer { engine.popLayer() }
    return try block.branches(consume doubled, skip: consume skip)
  }

  private func fused(_ x: Tensor, skip: consuming Tensor) throws -> Tensor {
    let doubled = try doubled(x)
    engine.pushLayer("conv_block")
    defer { engine.popLayer() }
    guard block.recompute == .never else { return try block.run([doubled, skip]) }
    return try block.fused(consume doubled, skip: consume skip)
  }

  private func doubled(_ x: Tensor) throws -> Tensor {
    try engine.remaking(.convolutions) { try upsample(x, as: "transp_conv") }
  }

  /// A function of its own so that the doubled map is let go before the block runs.
  private func concatenated(_ x: Tensor, skip: Tensor) throws -> Tensor {
    try Tensor.concatenate([upsample(x, as: "transp_conv"), skip], dim: 1)
  }
}
