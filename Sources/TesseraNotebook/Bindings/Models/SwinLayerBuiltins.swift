import TesseraNet
import TesseraScript
import TesseraTensor

/// The parts of SwinUNETR, and the network, with MONAI's arguments and defaults.
enum SwinLayerBuiltins {
  static var all: [Builtin] {
    [windowAttention, swinBlock, patchMerging, patchEmbed, residualBlock, upBlock, swinUNETR]
  }

  private static let windowAttention = Builtin(
    "WindowAttention(dim, num_heads, window_size, qkv_bias=False, attn_drop=0.0, proj_drop=0.0)",
    "Multi-head attention within windows, with a learned bias for every relative position.",
    details: "Takes (windows, tokens, dim) and, for shifted windows, the mask (windows, tokens, tokens).",
    example: "WindowAttention(8, 2, (2, 2))(ones(3, 4, 8)).shape", output: "(3, 4, 8)"
  ) { call in
    try call.layer(
      WindowAttention(
        channels: call.extent("dim"), heads: call.headCount("num_heads", of: "dim"),
        window: call.ints("window_size"),
        qkvBias: call.bool("qkv_bias"), attentionDropout: call.probability("attn_drop"),
        projectionDropout: call.probability("proj_drop"), engine: call.engine))
  }

  private static let swinBlock = Builtin(
    "SwinBlock(dim, num_heads, window_size, shift_size=0, mlp_ratio=4.0, qkv_bias=True, drop=0.0, attn_drop=0.0, drop_path=0.0)",
    "Window attention and a perceptron, each on a normalized residual branch.",
    details: "Takes (batch, extents…, dim) and, where it shifts, the stage's mask.",
    example: "SwinBlock(8, 2, (2, 2))(ones(1, 4, 4, 8)).shape", output: "(1, 4, 4, 8)"
  ) { call in
    let window = try call.ints("window_size")
    var configuration = try SwinBlock.Configuration(
      channels: call.extent("dim"), heads: call.headCount("num_heads", of: "dim"), window: window,
      shift: call.perAxis("shift_size", window.count))
    configuration.mlpRatio = try call.float("mlp_ratio")
    configuration.qkvBias = try call.bool("qkv_bias")
    configuration.dropout = try call.probability("drop")
    configuration.attentionDropout = try call.probability("attn_drop")
    configuration.dropPath = try call.probability("drop_path")
    return try call.layer(SwinBlock(configuration, engine: call.engine))
  }

  private static let patchMerging = Builtin(
    "PatchMerging(dim, spatial_dims=3, order=\"merging\")",
    "Halves a map: each neighbourhood becomes one token with twice the channels.",
    example: "PatchMerging(4, spatial_dims=2)(ones(1, 6, 6, 4)).shape", output: "(1, 3, 3, 8)"
  ) { call in
    try call.layer(
      PatchMerging(
        channels: call.extent("dim"), axes: call.axes(), order: call.mergingOrder("order"),
        engine: call.engine))
  }

  private static let patchEmbed = Builtin(
    "PatchEmbed(patch_size=2, in_chans=1, embed_dim=48, patch_norm=False, spatial_dims=3)",
    "Cuts a volume into patches and maps each to one token: a convolution whose stride is its kernel.",
    example: "PatchEmbed(2, 1, 12)(ones(1, 1, 4, 4, 4)).shape", output: "(1, 12, 2, 2, 2)"
  ) { call in
    let axes = try call.axes()
    return try call.layer(
      PatchEmbedding(
        inChannels: call.extent("in_chans"), features: call.extent("embed_dim"),
        patch: call.perAxis("patch_size", axes), norm: call.bool("patch_norm"), engine: call.engine))
  }

  private static let residualBlock = Builtin(
    "UnetResBlock(spatial_dims, in_channels, out_channels, norm_name=\"instance\")",
    "Two 3-wide convolutions with instance norm and leaky ReLU, and a residual path.",
    example: "UnetResBlock(2, 3, 4)(rand(1, 3, 4, 4)).shape", output: "(1, 4, 4, 4)"
  ) { call in
    try call.layer(
      UNETRResidualBlock(
        call.extent("in_channels"), call.extent("out_channels"), axes: call.axes(),
        norm: call.blockNorm("norm_name"),
        engine: call.engine))
  }

  private static let upBlock = Builtin(
    "UnetrUpBlock(spatial_dims, in_channels, out_channels, norm_name=\"instance\")",
    "Doubles a map, joins the encoder's skip along the channels, and a residual block.",
    details: "Takes the map and the skip, which is twice as large.",
    example: "UnetrUpBlock(2, 4, 2)(rand(1, 4, 2, 2), rand(1, 2, 4, 4)).shape", output: "(1, 2, 4, 4)"
  ) { call in
    try call.layer(
      UNETRUpBlock(
        call.extent("in_channels"), call.extent("out_channels"), axes: call.axes(),
        norm: call.blockNorm("norm_name"),
        engine: call.engine))
  }

  private static let swinUNETR = Builtin(
    """
    SwinUNETR(in_channels, out_channels, patch_size=2, depths=(2, 2, 2, 2), num_heads=(3, 6, 12, 24), window_size=7, \
    qkv_bias=True, mlp_ratio=4.0, feature_size=24, norm_name="instance", drop_rate=0.0, attn_drop_rate=0.0, \
    dropout_path_rate=0.0, normalize=True, patch_norm=False, use_checkpoint=False, spatial_dims=3, \
    downsample="merging", use_v2=False, img_size=None)
    """,
    "A Swin Transformer encoder and a convolutional decoder with skips: MONAI's network, names and numbers.",
    details:
      "Spatial extents are multiples of 32, one at least 64. img_size is accepted and ignored, as since "
      + "MONAI 1.5; use_checkpoint=True is net.checkpoint = \"swin\".",
    example: """
      net = SwinUNETR(in_channels=1, out_channels=2, feature_size=12)
      with dry_run { y = net(zeros(1, 1, 64, 64, 64)) }
      print(y.shape)
      """, output: "(1, 2, 64, 64, 64)"
  ) { call in
    if !call.isNone("img_size") {
      call.context.note("SwinUNETR: img_size is ignored since MONAI 1.5; any multiple of 32 will do")
    }
    let network = try SwinUNETR(configuration(call), engine: call.engine)
    let object = LayerObject(network, call.context)
    if try call.bool("use_checkpoint") { _ = try object.setAttribute("checkpoint", to: .string("swin")) }
    return .host(object)
  }

  private static func configuration(_ call: Call) throws -> SwinUNETRConfiguration {
    var c = try SwinUNETRConfiguration(
      inChannels: call.int("in_channels"), outChannels: call.int("out_channels"),
      featureSize: call.int("feature_size"))
    c.patchSize = try call.int("patch_size")
    c.depths = try call.ints("depths")
    c.heads = try call.ints("num_heads")
    c.windowSize = try call.ints("window_size")
    c.qkvBias = try call.bool("qkv_bias")
    c.mlpRatio = try call.float("mlp_ratio")
    c.norm = try call.blockNorm("norm_name")
    c.dropRate = try call.float("drop_rate")
    c.attentionDropRate = try call.float("attn_drop_rate")
    c.dropPathRate = try call.float("dropout_path_rate")
    c.normalize = try call.bool("normalize")
    c.patchNorm = try call.bool("patch_norm")
    c.spatialDimensions = try call.int("spatial_dims")
    c.merging = try call.mergingOrder("downsample")
    c.useV2 = try call.bool("use_v2")
    return c
  }
}

extension Call {
  /// Two or three spatial axes.
  fileprivate func axes() throws -> Int {
    let axes = try int("spatial_dims")
    guard axes == 2 || axes == 3 else { throw mismatch("spatial_dims", "2 or 3") }
    return axes
  }

  /// A number of heads that divides the channels.
  fileprivate func headCount(_ name: String, of channels: String) throws -> Int {
    let heads = try int(name)
    guard heads > 0, try int(channels) % heads == 0 else { throw mismatch(name, "a divisor of \(channels)") }
    return heads
  }

  fileprivate func mergingOrder(_ name: String) throws -> MergingOrder {
    let text = try string(name)
    guard let order = MergingOrder(rawValue: text) else {
      throw mismatch(name, "\"merging\" or \"mergingv2\"")
    }
    return order
  }

  /// `"instance"`, or `("instance", {"affine": True})`.
  fileprivate func blockNorm(_ name: String) throws -> BlockNorm {
    let parts = self[name].items ?? [self[name]]
    if case .string("instance")? = parts.first {
      if parts.count == 1 { return BlockNorm() }
      if parts.count == 2, case .map(let options) = parts[1] {
        if case .bool(let affine)? = options["affine"] { return BlockNorm(affine: affine) }
        return BlockNorm()
      }
    }
    throw mismatch(name, "\"instance\" or (\"instance\", {\"affine\": True})")
  }
}
