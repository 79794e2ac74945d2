import TesseraNet
import TesseraTensor

/// One of everything that a SwinUNETR in three dimensions is made of: a residual block, a stage with padded and shifted
/// windows, an upsampling block with a skip, a head.
final class Blocks: Layer {
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

  static func make(engine: Engine) throws -> Blocks {
    let block = SwinBlock.Configuration(channels: 6, heads: 2, window: [3, 3, 3], shift: [0, 0, 0])
    return Blocks(
      try UNETRBasicBlock(1, 6, axes: 3, norm: BlockNorm(), engine: engine),
      try SwinStage(block, dropPaths: [0, 0], order: .merging, engine: engine),
      try UNETRUpBlock(12, 6, axes: 3, norm: BlockNorm(), engine: engine),
      try TesseraNet.Convolution(6, 2, kernel: [1, 1, 1], engine: engine))
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
