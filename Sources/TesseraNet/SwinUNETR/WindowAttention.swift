import TesseraTensor

/// Multi-head attention within windows, with a learned bias for every relative position.
///
/// `softmax(q·kᵀ/√d + bias[Δposition] + mask)·v`, then a linear projection (Liu et al. 2021, arXiv 2103.14030).
///
/// - Shape: `(B·windows, tokens, C)` to the same.
/// - Memory: unfused, keeps the `(B·windows, heads, tokens, tokens)` probabilities: 1,411,788,000 B in the first
///   stage at 4×128³. That tensor does not depend on the number of features.
public final class WindowAttention: Layer {
  let heads: Int
  let headDimension: Int
  let qkv: Linear
  let projection: Linear
  /// One row of biases for each relative position of two tokens in the nominal window, `(Π(2w−1), heads)`.
  public let biasTable: Tensor
  let positionIndex: Tensor
  private let attentionDropout: Dropout
  private let projectionDropout: Dropout
  private let window: [Int]

  /// Makes attention over `channels`, split into `heads`, for a nominal window.
  public init(
    channels: Int, heads: Int, window: [Int], qkvBias: Bool = true, attentionDropout: Double = 0,
    projectionDropout: Double = 0, engine: Engine
  ) throws {
    self.heads = heads
    self.window = window
    headDimension = channels / heads
    let rows = window.map { 2 * $0 - 1 }.reduce(1, *)
    biasTable = try engine.normalParameter([rows, heads], standardDeviation: 0.02)
    positionIndex = try Self.relativePositionIndex(window, engine: engine)
    qkv = try Linear(channels, 3 * channels, bias: qkvBias, engine: engine)
    projection = try Linear(channels, channels, engine: engine)
    self.attentionDropout = Dropout(attentionDropout, engine: engine)
    self.projectionDropout = Dropout(projectionDropout, engine: engine)
    super.init(engine: engine)
    try register("relative_position_bias_table", parameter: biasTable)
    register("relative_position_index", buffer: positionIndex)
    register("qkv", layer: qkv)
    register("attn_drop", layer: self.attentionDropout)
    register("proj", layer: projection)
    register("proj_drop", layer: self.projectionDropout)
  }

  /// Attends within each window; `inputs` are the windows and, for shifted ones, the mask `(windows, tokens, tokens)`.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    let (windows, tokens) = (x.shape[0], x.shape[1])
    let parts = try qkv(x, as: "qkv")
      .reshaped(to: [windows, tokens, 3, heads, headDimension]).permuted(to: [2, 0, 3, 1, 4])
    var scores = try Self.scores(parts, scale: 1 / Double(headDimension).squareRoot())
    scores = try scores + bias(tokens: tokens).unsqueezed(dim: 0)
    if inputs.count > 1 { scores = try masked(scores, inputs[1]) }
    let attention = try attentionDropout(scores.softmax(dim: -1), as: "attn_drop")
    let mixed = try attention.matmul(parts.selected(dim: 0, index: 2).contiguous())
      .transposed(1, 2).reshaped(to: [windows, tokens, heads * headDimension])
    return try projectionDropout(projection(mixed, as: "proj"), as: "proj_drop")
  }

  /// The same on a whole map `(B, extents…, C)`, by one op that never stores the scores.
  ///
  /// - Memory: keeps x, the queries, keys and values, the result, and one number a head and token.
  func fused(_ x: Tensor, shift: [Int]) throws -> Tensor {
    let parts = try qkv(x, as: "qkv")
    let rate = isTraining ? attentionDropout.probability : 0
    let stream = rate > 0 ? engine.inLayer("attn_drop") { engine.nextRandomStream() } : nil
    let op = TesseraTensor.WindowAttention(
      heads: heads, window: window, shift: shift, dropout: rate, stream: stream)
    let mixed = try engine.run(op, [parts, biasTable] + (qkv.bias.map { [$0] } ?? []))[0]
    return try projectionDropout(projection(mixed, as: "proj"), as: "proj_drop")
  }

  /// `q·kᵀ`, with the scale applied to q first, as MONAI does: it decides which tensors PyTorch keeps.
  private static func scores(_ parts: Tensor, scale: Double) throws -> Tensor {
    let q = try (parts.selected(dim: 0, index: 0) * scale).contiguous()
    let k = try parts.selected(dim: 0, index: 1).transposed(-2, -1).contiguous()
    return try q.matmul(k)
  }

  /// The bias of every pair of tokens, `(heads, tokens, tokens)`.
  ///
  /// A clamped window takes the top-left corner of the nominal window's index: geometrically odd, and what MONAI does.
  private func bias(tokens: Int) throws -> Tensor {
    let corner = try positionIndex.copied().sliced(dim: 0, stop: tokens).sliced(dim: 1, stop: tokens)
    let rows = try biasTable.indexSelected(corner.reshaped(to: [-1]))
    return try rows.reshaped(to: [tokens, tokens, heads]).permuted(to: [2, 0, 1]).contiguous()
  }

  private func masked(_ scores: Tensor, _ mask: Tensor) throws -> Tensor {
    let (windows, tokens) = (mask.shape[0], mask.shape[1])
    let grouped = try scores.reshaped(to: [-1, windows, heads, tokens, tokens])
    return try (grouped + mask.unsqueezed(dim: 1).unsqueezed(dim: 0)).reshaped(to: scores.shape)
  }

  /// The row of the bias table for every pair (query, key) of tokens in raster order.
  static func relativePositionIndex(_ window: [Int], engine: Engine) throws -> Tensor {
    let positions = WindowGeometry.raster(window)
    let spans = window.map { 2 * $0 - 1 }
    let values = positions.flatMap { query in
      positions.map { key in
        Int64(window.indices.reduce(0) { $0 * spans[$1] + query[$1] - key[$1] + window[$1] - 1 })
      }
    }
    return try engine.tensor(copying: values, [positions.count, positions.count], dtype: .int64)
  }
}
