import TesseraNet
import TesseraTensor

/// One of everything that SwinUNETR is made of, small enough to fail at each of its allocations: a residual block, a
/// Swin stage with a shifted window, an upsampling block with a skip, a 1×1 convolution.
public final class SmallNetwork: Layer {
  private let encoder: UNETRBasicBlock
  private let stage: SwinStage
  private let decoder: UNETRUpBlock
  private let head: TesseraNet.Convolution

  private init(
    _ block: SwinBlock.Configuration, inputs: Int, outputs: Int, dropPaths: [Double], engine: Engine
  ) throws {
    let (channels, axes) = (block.channels, block.window.count)
    encoder = try UNETRBasicBlock(inputs, channels, axes: axes, norm: BlockNorm(), engine: engine)
    stage = try SwinStage(block, dropPaths: dropPaths, order: .merging, engine: engine)
    decoder = try UNETRUpBlock(2 * channels, channels, axes: axes, norm: BlockNorm(), engine: engine)
    let one = [Int](repeating: 1, count: axes)
    head = try TesseraNet.Convolution(channels, outputs, kernel: one, engine: engine)
    super.init(engine: engine)
    register("encoder", layer: encoder)
    register("stage", layer: stage)
    register("decoder", layer: decoder)
    register("head", layer: head)
  }

  /// In two dimensions and with dropouts: two channels in, three out.
  public static func make(engine: Engine) throws -> SmallNetwork {
    var block = SwinBlock.Configuration(channels: 4, heads: 2, window: [3, 3], shift: [0, 0])
    block.dropout = 0.1
    block.attentionDropout = 0.1
    return try SmallNetwork(block, inputs: 2, outputs: 3, dropPaths: [0.1, 0.2], engine: engine)
  }

  /// In three dimensions and without dropouts: one channel in, two out.
  public static func inThreeDimensions(engine: Engine) throws -> SmallNetwork {
    let block = SwinBlock.Configuration(channels: 6, heads: 2, window: [3, 3, 3], shift: [0, 0, 0])
    return try SmallNetwork(block, inputs: 1, outputs: 2, dropPaths: [0, 0], engine: engine)
  }

  /// Encodes, runs the stage, and decodes with the skip.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let skip = try encoder(inputs[0], as: "encoder")
    let map = try stage(skip, as: "stage")
    return try head(decoder(map, skip, as: "decoder"), as: "head")
  }

  /// `all` recomputes the blocks around the stage too.
  public override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    if policy == .all { for layer in [encoder, decoder, head] as [Layer] { layer.recompute = .whole } }
    return policy == .all
  }
}
