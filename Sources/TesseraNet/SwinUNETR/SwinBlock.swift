import TesseraTensor

/// Two linear maps with an exact GELU between them.
///
/// - Shape: `(…, C)` to the same.
/// - Memory: keeps x and the hidden values before the GELU, 5 values a token and channel at ratio 4; with fusion off
///   those after it and after a dropout, too, and its mask.
public final class MLP: Layer {
  private let first: Linear
  private let second: Linear
  private let dropout: Dropout

  /// Makes a perceptron with `hidden` values between.
  public init(channels: Int, hidden: Int, dropout: Double = 0, engine: Engine) throws {
    first = try Linear(channels, hidden, engine: engine)
    second = try Linear(hidden, channels, engine: engine)
    self.dropout = Dropout(dropout, engine: engine)
    super.init(engine: engine)
    register("linear1", layer: first)
    register("linear2", layer: second)
    register("drop", layer: self.dropout)
  }

  /// Applies both maps; the dropout follows each.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let hidden = try activated(first(inputs[0], as: "linear1"))
    return try dropout(second(hidden, as: "linear2"), as: "drop")
  }

  /// GELU and dropout, as one op where both are there.
  private func activated(_ raw: Tensor) throws -> Tensor {
    try engine.remaking(.activations) {
      guard engine.isFused, dropout.isDropping, engine.hasKernel(for: GeluDropout.self) else {
        return try dropout(raw.gelu(), as: "drop")
      }
      return try engine.inLayer("drop") { try raw.geluDropout(dropout.probability) }
    }
  }
}

/// Attention within (shifted) windows and a perceptron, each on a normalized residual branch.
///
/// - Shape: `(B, extents…, C)` to the same; the stage's mask is a second input.
public final class SwinBlock: Layer {
  /// Sizes and rates of a block.
  public struct Configuration: Sendable {
    /// Channels.
    public var channels: Int
    /// Attention heads.
    public var heads: Int
    /// The nominal window.
    public var window: [Int]
    /// The nominal shift: zeros, or half the window.
    public var shift: [Int]
    /// Hidden values of the perceptron a channel.
    public var mlpRatio = 4.0
    /// Whether the qkv map has a bias.
    public var qkvBias = true
    /// Dropout after the projection and in the perceptron.
    public var dropout = 0.0
    /// Dropout on the attention.
    public var attentionDropout = 0.0
    /// Probability to drop a branch.
    public var dropPath = 0.0

    /// Makes a configuration with MONAI's defaults.
    public init(channels: Int, heads: Int, window: [Int], shift: [Int]) {
      self.channels = channels
      self.heads = heads
      self.window = window
      self.shift = shift
    }
  }

  private let configuration: Configuration
  private let norm1: LayerNorm
  private let attention: WindowAttention
  private let norm2: LayerNorm
  private let mlp: MLP
  private let dropPath: DropPath
  /// Whether an unfused block makes its mask instead of taking the stage's.
  private(set) var makesMask = false
  /// Segments of attention of an unfused block.
  private var chunkCount = 1
  /// Chunks of the policy of that name.
  private static let policyChunks = 8

  /// Makes a block.
  public init(_ configuration: Configuration, engine: Engine) throws {
    let c = configuration
    self.configuration = c
    norm1 = try LayerNorm(c.channels, engine: engine)
    attention = try WindowAttention(
      channels: c.channels, heads: c.heads, window: c.window, qkvBias: c.qkvBias,
      attentionDropout: c.attentionDropout, projectionDropout: c.dropout, engine: engine)
    norm2 = try LayerNorm(c.channels, engine: engine)
    mlp = try MLP(
      channels: c.channels, hidden: Int(Double(c.channels) * c.mlpRatio), dropout: c.dropout, engine: engine)
    dropPath = DropPath(c.dropPath, engine: engine)
    super.init(engine: engine)
    register("norm1", layer: norm1)
    register("attn", layer: attention)
    register("drop_path", layer: dropPath)
    register("norm2", layer: norm2)
    register("mlp", layer: mlp)
  }

  /// Masks and chunks belong to policies, which set them behind this.
  public override var recompute: Recompute {
    didSet { (makesMask, chunkCount) = (false, 1) }
  }

  /// Every policy but `off` recomputes the two halves, as MONAI's `use_checkpoint` does.
  public override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    if policy != .off { recompute = .parts }
    makesMask = policy == .masks || policy == .chunks
    chunkCount = policy == .chunks ? Self.policyChunks : 1
    return true
  }

  /// The two halves, or the block as one.
  public override var recomputeChoices: [Recompute] { [.parts, .whole] }

  /// Runs the block on a map and, where the stage has one, its mask.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    let attended = try half { try self.attended(x, mask: inputs.count > 1 ? inputs[1] : nil) }
    let sum = try x + dropPath(attended, as: "drop_path")
    return try sum + half { try dropPath(mlp(normalized(sum, norm2, "norm2"), as: "mlp"), as: "drop_path") }
  }

  /// A norm costs one pass over its input, which is kept anyway.
  private func normalized(_ x: Tensor, _ norm: LayerNorm, _ name: String) throws -> Tensor {
    try engine.remaking(.norms) { try norm(x, as: name) }
  }

  private func half(_ body: () throws -> Tensor) throws -> Tensor {
    recompute == .parts ? try engine.checkpoint(body) : try body()
  }

  /// Norm, padding, roll, partition, attention, and all of it undone.
  ///
  /// Padding comes after the norm, so padded tokens are exact zeros whose keys are the qkv bias; nothing masks them.
  private func attended(_ x: Tensor, mask: Tensor?) throws -> Tensor {
    let axes = configuration.window.count
    let geometry = WindowGeometry(
      extents: Array(x.shape.extents[1...axes]), window: configuration.window, shift: configuration.shift)
    let input = try normalized(x, norm1, "norm1")
    if engine.isFused {
      return try engine.inLayer("attn") { try attention.fused(input, shift: configuration.shift) }
    }
    var map = try input.paddedAtEnd(of: 1, to: geometry.padded)
    let spatial = Array(1...axes)
    if geometry.isShifted { map = try map.rolled(by: geometry.shift.map { -$0 }, dims: spatial) }
    let windows = try map.partitioned(into: geometry.window)
    // MONAI hands the mask to every block; a checkpointed one keeps it as an argument even where it is not used.
    if let mask { try engine.holdInSegment(mask) }
    let own = makesMask && geometry.isShifted ? try geometry.mask(for: x) : nil
    let mixed = try attend(windows, mask: geometry.isShifted ? own ?? mask : nil, count: geometry.windowCount)
    map = try mixed.joined(geometry, batch: x.shape[0])
    if geometry.isShifted { map = try map.rolled(by: geometry.shift, dims: spatial) }
    return try map.cropped(of: 1, to: geometry.extents)
  }

  /// Attention in `count` windows an image, chunk by chunk where the policy says so.
  private func attend(_ windows: Tensor, mask: Tensor?, count: Int) throws -> Tensor {
    guard chunkCount > 1 else { return try attend(windows, mask: mask) }
    let (tokens, channels) = (windows.shape[1], windows.shape[2])
    let images = try windows.reshaped(to: [-1, count, tokens, channels])
    let size = (count + chunkCount - 1) / chunkCount
    let chunks = try stride(from: 0, to: count, by: size).map { first in
      let range = first..<min(count, first + size)
      return try engine.checkpoint {
        let part = try images.sliced(dim: 1, start: range.lowerBound, stop: range.upperBound)
          .reshaped(to: [-1, tokens, channels])
        let rows = try mask?.sliced(dim: 0, start: range.lowerBound, stop: range.upperBound)
        return try attend(part, mask: rows).reshaped(to: [-1, range.count, tokens, channels])
      }
    }
    return try Tensor.concatenate(chunks, dim: 1).reshaped(to: windows.shape)
  }

  private func attend(_ windows: Tensor, mask: Tensor?) throws -> Tensor {
    try mask.map { try attention(windows, $0, as: "attn") } ?? attention(windows, as: "attn")
  }
}

extension Tensor {
  /// Zeros appended to the axes from `first` on, up to `extents`.
  func paddedAtEnd(of first: Int, to extents: [Int]) throws -> Tensor {
    guard Array(shape.extents[first..<first + extents.count]) != extents else { return self }
    var amounts = [(Int, Int)](repeating: (0, 0), count: rank)
    for (offset, extent) in extents.enumerated() {
      amounts[first + offset].1 = extent - shape[first + offset]
    }
    return try padded(amounts)
  }

  /// The leading `extents` of the axes from `first` on, as a dense tensor.
  func cropped(of first: Int, to extents: [Int]) throws -> Tensor {
    guard Array(shape.extents[first..<first + extents.count]) != extents else { return self }
    var result = self
    for (offset, extent) in extents.enumerated() {
      result = try result.sliced(dim: first + offset, stop: extent)
    }
    return try result.contiguous()
  }
}
