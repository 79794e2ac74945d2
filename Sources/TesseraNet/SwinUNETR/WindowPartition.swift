import TesseraTensor

extension Tensor {
  /// Cuts `(B, extents…, C)` into windows: `(B·windows, tokens, C)`.
  ///
  /// Windows and tokens are in raster order, the batch is slowest. Extents are whole multiples of the window.
  public func partitioned(into window: [Int]) throws -> Tensor {
    let axes = window.count
    let split = (0..<axes).flatMap { [shape[$0 + 1] / window[$0], window[$0]] }
    let blocks = try reshaped(to: Shape([shape[0]] + split + [shape[axes + 1]]))
    let order = [0] + (0..<axes).map { 2 * $0 + 1 } + (0..<axes).map { 2 * $0 + 2 } + [2 * axes + 1]
    return try blocks.permuted(to: order).reshaped(to: [-1, window.reduce(1, *), shape[axes + 1]])
  }

  /// Undoes ``partitioned(into:)``: `(B·windows, tokens, C)` back to `(B, padded…, C)`.
  public func joined(_ geometry: WindowGeometry, batch: Int) throws -> Tensor {
    let axes = geometry.window.count
    let channels = shape[shape.rank - 1]
    let counts = zip(geometry.padded, geometry.window).map { $0 / $1 }
    let blocks = try reshaped(to: Shape([batch] + counts + geometry.window + [channels]))
    let order = [0] + (0..<axes).flatMap { [1 + $0, 1 + axes + $0] } + [2 * axes + 1]
    return try blocks.permuted(to: order).reshaped(to: Shape([batch] + geometry.padded + [channels]))
  }
}
