import TesseraTensor

/// SwinUNETR: a Swin Transformer encoder and a convolutional decoder with skip connections.
///
/// Follows MONAI 1.6.1 to the last digit; parameters carry MONAI's names (Hatamizadeh et al. 2022, arXiv 2201.01266).
///
/// - Shape: `(B, in, S…)` to logits `(B, out, S…)`; every extent of S is a multiple of 32, one at least 64.
/// - Memory: at 4×128³ and F 24 backward keeps 7.7 GiB in PyTorch's eager mode; half of it are attention scores.
public final class SwinUNETR: Layer {
  /// The arguments it was made with.
  public let configuration: SwinUNETRConfiguration
  private let transformer: SwinTransformer
  private let encoders: [(name: String, block: UNETRBasicBlock)]
  private let decoders: [(name: String, block: UNETRUpBlock)]
  private let output: ConvolutionWrapper

  /// Makes the network with PyTorch's initial values.
  ///
  /// - Throws: when an argument breaks one of MONAI's rules.
  public init(_ configuration: SwinUNETRConfiguration, engine: Engine) throws {
    try configuration.validate()
    let c = configuration
    self.configuration = c
    let (f, axes, norm) = (c.featureSize, c.spatialDimensions, c.norm)
    transformer = try SwinTransformer(c, engine: engine)
    encoders = try [
      (1, c.inChannels, f), (2, f, f), (3, 2 * f, 2 * f), (4, 4 * f, 4 * f), (10, 16 * f, 16 * f),
    ].map {
      ("encoder\($0.0)", try UNETRBasicBlock($0.1, $0.2, axes: axes, norm: norm, engine: engine))
    }
    decoders = try [(5, 16 * f, 8 * f), (4, 8 * f, 4 * f), (3, 4 * f, 2 * f), (2, 2 * f, f), (1, f, f)].map {
      ("decoder\($0.0)", try UNETRUpBlock($0.1, $0.2, axes: axes, norm: norm, engine: engine))
    }
    let one = [Int](repeating: 1, count: axes)
    output = ConvolutionWrapper(
      try Convolution(f, c.outChannels, kernel: one, engine: engine), engine: engine)
    super.init(engine: engine)
    register("swinViT", layer: transformer)
    for encoder in encoders { register(encoder.name, layer: encoder.block) }
    for decoder in decoders { register(decoder.name, layer: decoder.block) }
    let head = Layer(engine: engine)
    head.register("conv", layer: output)
    register("out", layer: head)
  }

  /// `all` recomputes every top-level block, the embedding and each stage.
  public override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    guard policy == .all else { return false }
    for (_, block) in encoders { block.recompute = .whole }
    for (_, block) in decoders { block.recompute = .whole }
    output.recompute = .whole
    return true
  }

  /// The five hidden states of the encoder.
  public func hiddenStates(_ x: Tensor) throws -> [Tensor] {
    try checkInput(x)
    return try engine.inLayer("swinViT") { try transformer.hiddenStates(x) }
  }

  /// Segments a volume.
  ///
  /// - Throws: when the volume has the wrong number of channels or a size the network cannot take.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    // Three convolutions read the volume: one reordered copy serves them all.
    let x = try inputs[0].channelsLast().autocast()
    var states = try hiddenStates(x)
    // Skips from the finest: the volume itself, then the states that have an encoder; state 3 goes in raw.
    var skips = [try encode(0, x)]
    for level in 0...2 { skips.append(try encode(level + 1, states[level])) }
    skips.append(states[3])
    var map = try encode(4, states[4])
    states = []
    for decoder in decoders.dropLast() {
      map = try decoder.block.run(map, skip: skips.removeLast(), as: decoder.name)
    }
    let last = decoders[decoders.count - 1]
    return try last.block.run(
      consume map, skip: skips.removeLast(), as: last.name, into: output, as: "out.conv")
  }

  private func encode(_ index: Int, _ x: Tensor) throws -> Tensor {
    try encoders[index].block(x, as: encoders[index].name)
  }

  private func checkInput(_ x: Tensor) throws {
    let axes = configuration.spatialDimensions
    guard x.rank == axes + 2 else {
      throw refuse(
        "takes (batch, channels, \(axes == 3 ? "D, H, W" : "H, W")), got shape \(x.shape)",
        x.rank == axes + 1 ? "add the batch axis with x.unsqueeze(0)" : "")
    }
    guard x.shape[1] == configuration.inChannels else {
      throw refuse(
        "in_channels is \(configuration.inChannels), the input \(x.shape) has \(x.shape[1]) channels", "")
    }
    let spatial = Array(x.shape.extents.dropFirst(2))
    let unit = 32
    let bad = spatial.indices.filter { spatial[$0] == 0 || spatial[$0] % unit != 0 }
    guard bad.isEmpty else {
      let next = spatial.map { max(unit, ($0 + unit - 1) / unit * unit) }
      throw refuse(
        "spatial dimensions \(bad.map { $0 + 2 }) of input image (spatial shape: \(Shape(spatial))) must be divisible by 2**5.",
        "pad or crop to \(Shape(next))")
    }
    guard spatial.contains(where: { $0 > unit }) else {
      throw refuse(
        "a \(Shape(spatial)) volume leaves one voxel at the bottleneck, whose instance norm has no variance",
        "make one axis at least 64")
    }
  }

  private func refuse(_ rule: String, _ advice: String) -> TensorError {
    .layer(path: "SwinUNETR", rule: rule, advice: advice)
  }
}
