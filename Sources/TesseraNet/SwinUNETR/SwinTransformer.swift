import TesseraTensor

/// The encoder of SwinUNETR: a patch embedding and four stages, with a hidden state after each.
///
/// - Shape: `(B, in, S…)` to five maps: `(B, F, S/2…)`, `(B, 2F, S/4…)` … `(B, 16F, S/32…)`.
public final class SwinTransformer: Layer {
  private let embedding: PatchEmbedding
  private let positionDropout: Dropout
  private let stages: [SwinStage]
  private let convolutions: [UNETRBasicBlock]
  private let normalize: Bool

  /// Makes the encoder of a configuration.
  public init(_ c: SwinUNETRConfiguration, engine: Engine) throws {
    let axes = c.spatialDimensions
    normalize = c.normalize
    embedding = try PatchEmbedding(
      inChannels: c.inChannels, features: c.featureSize, patch: c.patch, norm: c.patchNorm, engine: engine)
    positionDropout = Dropout(c.dropRate, engine: engine)
    stages = try c.depths.indices.map { try Self.stage($0, c, engine: engine) }
    convolutions =
      c.useV2
      ? try c.depths.indices.map { index in
        let channels = c.featureSize << index
        return try UNETRBasicBlock(channels, channels, axes: axes, norm: .init(affine: false), engine: engine)
      } : []
    super.init(engine: engine)
    register("patch_embed", layer: embedding)
    register("pos_drop", layer: positionDropout)
    for (index, stage) in stages.enumerated() { registerInList("layers\(index + 1)", stage) }
    for (index, block) in convolutions.enumerated() { registerInList("layers\(index + 1)c", block) }
  }

  /// PyTorch keeps each stage in a list of one, hence the `.0` in the paths.
  private func registerInList(_ name: String, _ layer: Layer) {
    let list = Layer(engine: engine)
    list.register("0", layer: layer)
    register(name, layer: list)
  }

  private static func stage(_ index: Int, _ c: SwinUNETRConfiguration, engine: Engine) throws -> SwinStage {
    var block = SwinBlock.Configuration(
      channels: c.featureSize << index, heads: c.heads[index], window: c.window,
      shift: c.window.map { _ in 0 })
    block.mlpRatio = c.mlpRatio
    block.qkvBias = c.qkvBias
    block.dropout = c.dropRate
    block.attentionDropout = c.attentionDropRate
    let first = c.depths[..<index].reduce(0, +)
    let rates = Array(c.dropPathRates[first..<first + c.depths[index]])
    return try SwinStage(block, dropPaths: rates, order: c.merging, engine: engine)
  }

  /// The five hidden states; with `normalize` each is normalized over its channels, while the plain map goes on.
  public func hiddenStates(_ x: Tensor) throws -> [Tensor] {
    var map = try positionDropout(embedding(x, as: "patch_embed"), as: "pos_drop")
    var states = [try normalized(map)]
    for (index, stage) in stages.enumerated() {
      if !convolutions.isEmpty { map = try convolutions[index](map, as: "layers\(index + 1)c.0") }
      map = try stage(map, as: "layers\(index + 1).0")
      states.append(try normalized(map))
    }
    return states
  }

  /// The deepest hidden state.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let states = try hiddenStates(inputs[0])
    return states[states.count - 1]
  }

  private func normalized(_ map: Tensor) throws -> Tensor {
    guard normalize else { return map }
    return try engine.inLayer("proj_out") {
      try engine.remaking(.norms) {
        try map.channelsMovedLast().layerNorm(nil, nil, epsilon: 1e-5).channelsMovedFirst()
      }
    }
  }
}
