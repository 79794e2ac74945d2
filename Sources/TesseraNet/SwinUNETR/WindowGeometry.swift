import TesseraTensor

/// How a map of tokens is cut into windows: effective window and shift, padded extents, counts.
///
/// An axis no longer than the nominal window takes its own length as the window and is not shifted; the others keep
/// the nominal values (MONAI 1.6, `get_window_size`).
public struct WindowGeometry: Hashable, Sendable {
  /// Extents of the map, without batch and channels.
  public let extents: [Int]
  /// The effective window.
  public let window: [Int]
  /// The effective shift; 0 on clamped axes.
  public let shift: [Int]
  /// Extents rounded up to whole windows.
  public let padded: [Int]

  /// Clamps a nominal window and shift to a map.
  public init(extents: [Int], window: [Int], shift: [Int]) {
    self.extents = extents
    self.window = zip(extents, window).map { min($0, $1) }
    self.shift = extents.indices.map { extents[$0] <= window[$0] ? 0 : shift[$0] }
    padded = zip(extents, self.window).map { ($0 + $1 - 1) / $1 * $1 }
  }

  /// Tokens in a window.
  public var tokenCount: Int { window.reduce(1, *) }
  /// Windows in the padded map.
  public var windowCount: Int { zip(padded, window).map { $0 / $1 }.reduce(1, *) }
  /// Whether any axis is shifted.
  public var isShifted: Bool { shift.contains { $0 > 0 } }

  /// The mask of shifted windows for a map, under autocast in float32.
  func mask(for map: Tensor) throws -> Tensor {
    try map.engine.run(WindowMask(self, dtype: map.dtype.accumulation))
  }

  /// For each token of each window, the number of the region it came from before the roll.
  ///
  /// Regions are the boxes that three slices an axis cut: `[0, P−w)`, `[P−w, P−s)`, `[P−s, P)`. On an axis without
  /// shift the last slice is the whole axis, as MONAI's slices with a bound of zero have it.
  func regions() -> [Int32] {
    let perAxis = padded.indices.map { axis in
      (0..<padded[axis]).map { position in
        if shift[axis] == 0 { return 2 }
        if position < padded[axis] - window[axis] { return 0 }
        return position < padded[axis] - shift[axis] ? 1 : 2
      }
    }
    return tokenPositions().map { position in
      Int32(zip(perAxis, position).reduce(0) { $0 * 3 + $1.0[$1.1] })
    }
  }

  /// Positions in the padded map of every token, window by window, both in raster order.
  private func tokenPositions() -> [[Int]] {
    let counts = zip(padded, window).map { $0 / $1 }
    return Self.raster(counts).flatMap { block in
      Self.raster(window).map { inside in padded.indices.map { block[$0] * window[$0] + inside[$0] } }
    }
  }

  /// All positions of a box in raster order, the last axis fastest.
  static func raster(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { positions, extent in
      positions.flatMap { prefix in (0..<extent).map { prefix + [$0] } }
    }
  }
}

/// The additive attention mask of shifted windows: 0 between tokens of one region, −100 otherwise.
///
/// - Shape: `(windows, tokens, tokens)`, float32 or float64.
/// - Memory: keeps nothing; the tensor itself is 449 MiB at 4×128³.
public struct WindowMask: FamilyOp {
  /// The name in the ledger.
  public static let name = "window_mask"
  /// For help.
  public static let summary = "The additive mask of shifted windows: 0 within a region, -100 across."
  private let geometry: WindowGeometry
  private let dtype: DType

  /// Makes the mask of a geometry.
  public init(_ geometry: WindowGeometry, dtype: DType) {
    self.geometry = geometry
    self.dtype = dtype
  }

  /// `(windows, tokens, tokens)`.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec([geometry.windowCount, geometry.tokenCount, geometry.tokenCount], dtype)]
  }

  /// Compares regions pair by pair, a window a slab.
  public func cpu(_ call: KernelCall) throws {
    let output = call.outputs[0]
    let windows = DeviceWindows(padded: geometry.padded, window: geometry.window, shift: geometry.shift)
    if try call.issued(.windowMask(windows, output: output)) { return }
    let regions = geometry.regions()
    let tokens = geometry.tokenCount
    try call.parallel.run(count: geometry.windowCount, slab: 4) { windows in
      for window in windows {
        for row in 0..<tokens {
          let own = regions[window * tokens + row]
          let start = (window * tokens + row) * tokens
          for column in 0..<tokens {
            let value: Float = regions[window * tokens + column] == own ? 0 : -100
            if output.dtype == .float64 {
              output.float64[start + column] = Double(value)
            } else {
              output.float32[start + column] = value
            }
          }
        }
      }
    }
  }

  /// A constant.
  public var isDifferentiable: Bool { false }
}
