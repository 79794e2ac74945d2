import TesseraTensor

/// The order in which a 2×2(×2) neighbourhood is laid out along the channels.
public enum MergingOrder: String, Sendable {
  /// MONAI 1.5 and later.
  case merging
  /// Raster order.
  case mergingV2 = "mergingv2"
  /// MONAI 0.9 to 1.4: two neighbours twice, two not at all. Weights of that time need it.
  case mergingLegacy

  /// Offsets of the neighbours, block by block.
  func offsets(axes: Int) -> [[Int]] {
    // Two axes have one order in every version: the first axis varies fastest.
    if axes == 2 { return [[0, 0], [1, 0], [0, 1], [1, 1]] }
    let codes: [Int] =
      switch self {
      case .merging: [0b000, 0b100, 0b010, 0b001, 0b110, 0b101, 0b011, 0b111]
      case .mergingV2: Array(0...7)
      case .mergingLegacy: [0b000, 0b100, 0b010, 0b001, 0b101, 0b010, 0b001, 0b111]
      }
    return codes.map { [$0 >> 2 & 1, $0 >> 1 & 1, $0 & 1] }
  }
}

/// Halves a map: each neighbourhood becomes one token with twice the channels.
///
/// - Shape: `(B, extents…, C)` to `(B, ⌈extents/2⌉…, 2C)`.
/// - Memory: keeps x; with fusion off, the gathered neighbourhoods before and after their norm.
public final class PatchMerging: Layer {
  private let axes: Int
  private let order: MergingOrder
  private let reduction: Linear
  private let norm: LayerNorm

  /// Makes a merging over two or three axes.
  public init(channels: Int, axes: Int, order: MergingOrder = .merging, engine: Engine) throws {
    self.axes = axes
    self.order = order
    let gathered = channels << axes
    reduction = try Linear(gathered, 2 * channels, bias: false, engine: engine)
    norm = try LayerNorm(gathered, engine: engine)
    super.init(engine: engine)
    register("reduction", layer: reduction)
    register("norm", layer: norm)
  }

  /// Gathers, normalizes, reduces.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let spatial = inputs[0].shape.extents[1...axes]
    let x = try inputs[0].paddedAtEnd(of: 1, to: spatial.map { ($0 + 1) / 2 * 2 })
    let blocks = try order.offsets(axes: axes).map { try Self.everySecond(x, from: $0) }
    let gathered = try engine.remaking(.norms) { try norm(Tensor.concatenate(blocks, dim: -1), as: "norm") }
    return try reduction(gathered, as: "reduction")
  }

  private static func everySecond(_ x: Tensor, from offset: [Int]) throws -> Tensor {
    var result = x
    for (axis, start) in offset.enumerated() {
      result = try result.sliced(dim: axis + 1, start: start, step: 2)
    }
    return result
  }
}
