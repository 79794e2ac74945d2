import TesseraNet
import TesseraTensor

/// One of everything that SwinUNETR is made of, small enough to fail at each of its allocations: a residual block, a
/// Swin stage with a shifted window and dropouts, an upsampling block with a skip, a 1×1 convolution.
final class SmallNetwork: Layer {
  private let encoder: UNETRBasicBlock
  private let stage: SwinStage
  private let decoder: UNETRUpBlock
  private let head: TesseraNet.Convolution

  private init(
    _ encoder: UNETRBasicBlock, _ stage: SwinStage, _ decoder: UNETRUpBlock, _ head: TesseraNet.Convolution
  ) {
    (self.encoder, self.stage, self.decoder, self.head) = (encoder, stage, decoder, head)
    super.init(engine: encoder.engine)
    register("encoder", layer: encoder)
    register("stage", layer: stage)
    register("decoder", layer: decoder)
    register("head", layer: head)
  }

  static func make(engine: Engine) throws -> SmallNetwork {
    var block = SwinBlock.Configuration(channels: 4, heads: 2, window: [3, 3], shift: [0, 0])
    block.dropout = 0.1
    block.attentionDropout = 0.1
    return SmallNetwork(
      try UNETRBasicBlock(2, 4, axes: 2, norm: BlockNorm(), engine: engine),
      try SwinStage(block, dropPaths: [0.1, 0.2], order: .merging, engine: engine),
      try UNETRUpBlock(8, 4, axes: 2, norm: BlockNorm(), engine: engine),
      try TesseraNet.Convolution(4, 3, kernel: [1, 1], engine: engine))
  }

  override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let skip = try encoder(inputs[0], as: "encoder")
    let map = try stage(skip, as: "stage")
    return try head(decoder(map, skip, as: "decoder"), as: "head")
  }

  /// `all` recomputes the blocks around the stage too.
  override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    if policy == .all { for layer in [encoder, decoder, head] as [Layer] { layer.recompute = .whole } }
    return policy == .all
  }
}

/// A forward and backward pass of the small network that can be run again from the same random numbers.
final class SmallStep {
  let engine: Engine
  let network: SmallNetwork
  private let x: Tensor
  private let target: Tensor

  init(engine: Engine, policy: CheckpointPolicy) throws {
    self.engine = engine
    network = try SmallNetwork.make(engine: engine)
    try network.setCheckpoint(policy)
    x = try engine.uniform([2, 2, 8, 8])
    target = try engine.bernoulli([2, 3, 8, 8], probability: 0.5)
  }

  /// The bits of the loss and of every gradient, which are forgotten again.
  func run() throws -> [[UInt32]] {
    defer { network.zeroGradients() }
    engine.random = RandomState(seed: 5)
    var loss = DiceCELoss()
    loss.dice.sigmoid = true
    let value = try loss(network.run([x]), target)
    try value.backward()
    let gradients = network.namedParameters.compactMap(\.tensor.gradient)
    return try ([value] + gradients).map { try $0.floats().map(\.bitPattern) }
  }
}
