import TesseraTensor

/// The arguments of MONAI's `SwinUNETR`, with its defaults and its checks.
public struct SwinUNETRConfiguration: Sendable {
  /// Channels of the volume.
  public var inChannels: Int
  /// Channels of the logits.
  public var outChannels: Int
  /// Side of a patch; only 2 fits the decoder, which doubles the map at each level.
  public var patchSize = 2
  /// Blocks a stage.
  public var depths = [2, 2, 2, 2]
  /// Attention heads a stage.
  public var heads = [3, 6, 12, 24]
  /// The nominal window, one side or one an axis.
  public var windowSize = [7]
  /// Whether the qkv maps have a bias.
  public var qkvBias = true
  /// Hidden values of the perceptrons a channel.
  public var mlpRatio = 4.0
  /// Channels after the embedding; a multiple of 12.
  public var featureSize = 24
  /// The norm of the convolution blocks.
  public var norm = BlockNorm()
  /// Dropout in the Swin blocks and after the embedding.
  public var dropRate = 0.0
  /// Dropout on the attention.
  public var attentionDropRate = 0.0
  /// Drop-path probability of the last block; earlier ones grow linearly to it.
  public var dropPathRate = 0.0
  /// Whether hidden states are normalized over their channels.
  public var normalize = true
  /// Whether the embedding is normalized.
  public var patchNorm = false
  /// 2 or 3.
  public var spatialDimensions = 3
  /// The order of the patch merging.
  public var merging = MergingOrder.merging
  /// Whether a residual convolution block precedes each stage.
  public var useV2 = false

  /// Makes a configuration with MONAI's defaults.
  public init(inChannels: Int, outChannels: Int, featureSize: Int = 24) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.featureSize = featureSize
  }

  /// The window on every axis.
  public var window: [Int] {
    windowSize.count == 1 ? [Int](repeating: windowSize[0], count: spatialDimensions) : windowSize
  }

  /// The patch on every axis.
  public var patch: [Int] { [Int](repeating: patchSize, count: spatialDimensions) }

  /// One drop-path rate a block: `linspace(0, dropPathRate, blocks)` in float32, as MONAI has it.
  public var dropPathRates: [Double] {
    let count = depths.reduce(0, +)
    return (0..<count).map { Double(Float(dropPathRate) * Float($0) / Float(max(1, count - 1))) }
  }

  /// Checks the arguments in MONAI's order.
  ///
  /// - Throws: the rule that is broken, and what to write instead.
  public func validate() throws {
    try require(
      spatialDimensions == 2 || spatialDimensions == 3, "spatial dimension should be 2 or 3.",
      "spatial_dims=\(spatialDimensions) is neither")
    try require(
      (0...1).contains(dropRate), "dropout rate should be between 0 and 1.", "drop_rate is \(dropRate)")
    try require(
      (0...1).contains(attentionDropRate), "attention dropout rate should be between 0 and 1.",
      "attn_drop_rate is \(attentionDropRate)")
    try require(
      (0...1).contains(dropPathRate), "drop path rate should be between 0 and 1.",
      "dropout_path_rate is \(dropPathRate)")
    try require(
      featureSize > 0 && featureSize % 12 == 0, "feature_size should be divisible by 12.",
      "\(featureSize) is not; the nearest are \(max(12, featureSize / 12 * 12)) and \((featureSize / 12 + 1) * 12)"
    )
    try validateShapes()
  }

  /// MONAI accepts these and fails later, with a message about something else.
  private func validateShapes() throws {
    try require(
      inChannels > 0 && outChannels > 0, "in_channels and out_channels should be positive.",
      "got \(inChannels) and \(outChannels)")
    try require(patchSize == 2, "patch_size should be 2.", "the decoder doubles the map at each level")
    try require(
      depths.count == 4 && depths.allSatisfy { $0 > 0 }, "depths should name 4 stages.",
      "depths=\(depths) names \(depths.count); the decoder has skips for four")
    try require(
      heads.count == 4, "num_heads should name 4 stages.", "num_heads=\(heads) names \(heads.count)")
    try require(
      windowSize.count == 1 || windowSize.count == spatialDimensions,
      "window_size should be one number or \(spatialDimensions).", "got \(windowSize)")
    try require(windowSize.allSatisfy { $0 > 0 }, "window_size should be positive.", "got \(windowSize)")
    for (stage, count) in heads.enumerated() {
      let channels = featureSize << stage
      try require(
        count > 0 && channels % count == 0,
        "num_heads[\(stage)]=\(count) should divide the stage's \(channels) channels.",
        "the default (3, 6, 12, 24) does for every feature_size")
    }
  }

  private func require(_ condition: Bool, _ rule: String, _ advice: String) throws {
    guard condition else { throw TensorError.layer(path: "SwinUNETR", rule: rule, advice: advice) }
  }
}
