import Glibc

/// How a volume is covered by overlapping windows, and how their predictions are put together.
///
/// ```
/// let plan = try SlidingWindow(imageShape: [240, 240, 155], windowSize: [128, 128, 128], overlap: 0.5)
/// plan.starts.count == 18
/// ```
public struct SlidingWindow: Sendable {
  /// Extents of the volume.
  public let imageShape: [Int]
  /// Extents of every window; where 0 or less was asked for, the volume's.
  public let windowSize: [Int]
  /// Extents after zeros are added where the volume is smaller than a window.
  public let paddedShape: [Int]
  /// How many of those zeros come before the volume, half of them rounded down.
  public let paddingBefore: [Int]
  /// The first voxel of each window in the padded volume, last axis fastest; the last window of an axis is pulled
  /// back to end at the edge.
  public let starts: [[Int]]

  /// The plan for windows that share `overlap` (0 up to but not 1) of their extent with the next.
  public init(imageShape: [Int], windowSize: [Int], overlap: Double = 0.25) throws {
    guard (0..<1).contains(overlap) else {
      throw DataError.invalidArgument("overlap", reason: "is \(overlap), not at least 0 and below 1")
    }
    guard windowSize.count == imageShape.count, imageShape.allSatisfy({ $0 > 0 }) else {
      throw DataError.invalidArgument("window size", reason: "\(windowSize) does not fit image \(imageShape)")
    }
    let size = zip(windowSize, imageShape).map { $0 > 0 ? $0 : $1 }
    let padded = zip(imageShape, size).map { max($0, $1) }
    // Larger than any machine's memory, and a product of such extents would overflow further on.
    guard let bytes = byteCount(of: .float32, shape: padded), bytes < 1 << 46 else {
      throw DataError.invalidArgument("window size", reason: "\(windowSize) needs a volume of \(padded)")
    }
    self.imageShape = imageShape
    self.windowSize = size
    paddedShape = padded
    paddingBefore = zip(imageShape, size).map { max(0, $1 - $0) / 2 }
    let perAxis = zip(paddedShape, size).map { Self.starts(extent: $0, window: $1, overlap: overlap) }
    starts = perAxis.reduce([[]]) { combined, axis in combined.flatMap { start in axis.map { start + [$0] } }
    }
  }

  private static func starts(extent: Int, window: Int, overlap: Double) -> [Int] {
    let interval = extent == window ? window : max(1, Int(Double(window) * (1 - overlap)))
    return Array(stride(from: 0, to: extent - window, by: interval)) + [extent - window]
  }
}

extension SlidingWindow {
  /// How much each voxel of a window counts where windows overlap.
  public enum Importance: Sendable {
    /// All the same.
    case constant
    /// A Gaussian around the window's middle, its deviation this share of the extent; never below a thousandth.
    case gaussian(sigmaScale: Double = 0.125)
  }

  /// The weights of one window's voxels, row-major.
  public func importanceMap(_ importance: Importance) -> [Float] {
    guard case .gaussian(let sigmaScale) = importance else {
      return Array(repeating: 1, count: windowSize.reduce(1, *))
    }
    let map = windowSize.reduce([1.0]) { product, extent in
      let profile = Self.gaussian(extent: extent, sigma: sigmaScale * Double(extent))
      return product.flatMap { weight in profile.map { weight * $0 } }
    }
    let least = max(map.min() ?? 0, 1e-3)
    return map.map { Float(max($0, least)) }
  }

  private static func gaussian(extent: Int, sigma: Double) -> [Double] {
    (0..<extent).map { index in
      let distance = Double(index) - Double(extent - 1) / 2
      return exp(-distance * distance / (2 * sigma * sigma))
    }
  }

  /// The prediction for a whole volume: the weighted mean of the windows' predictions.
  ///
  /// - Parameters:
  ///   - values: `[channels] + imageShape`, row-major.
  ///   - predict: from one window, `[channels] + windowSize`, to its prediction, any number of channels of the same
  ///     extents.
  /// - Returns: `[output channels] + imageShape`.
  /// - Throws: what `predict` throws; `invalidArgument` when its result does not fill the window.
  public func stitched(
    _ values: [Float], channels: Int, importance: Importance = .constant,
    predict: ([Float]) throws -> [Float]
  ) throws -> [Float] {
    let padded = imageBox.shifted(by: paddingBefore.map { -$0 }, to: paddedShape)
      .cropped(values, channels: channels, shape: imageShape, padding: 0)
    let weights = importanceMap(importance)
    var accumulator = Accumulator(shape: paddedShape, windowSize: windowSize, weights: weights)
    for start in starts {
      let box = Box(start: start, end: zip(start, windowSize).map { $0 + $1 })
      let window = box.cropped(padded, channels: channels, shape: paddedShape, padding: 0)
      try accumulator.add(predict(window), at: start)
    }
    return imageBox.shifted(by: paddingBefore, to: imageShape)
      .cropped(accumulator.mean, channels: accumulator.channels, shape: paddedShape, padding: 0)
  }

  private var imageBox: Box { Box(start: imageShape.map { _ in 0 }, end: imageShape) }
}

extension Box {
  fileprivate func shifted(by offset: [Int], to extents: [Int]) -> Box {
    let moved = zip(start, offset).map { $0 + $1 }
    return Box(start: moved, end: zip(moved, extents).map { $0 + $1 })
  }
}

/// The running weighted sums of window predictions.
private struct Accumulator {
  let shape: [Int]
  let windowSize: [Int]
  let weights: [Float]
  private(set) var channels = 0
  private var sums: [Float] = []
  private var totals: [Float]

  init(shape: [Int], windowSize: [Int], weights: [Float]) {
    self.shape = shape
    self.windowSize = windowSize
    self.weights = weights
    totals = Array(repeating: 0, count: shape.reduce(1, *))
  }

  mutating func add(_ prediction: [Float], at start: [Int]) throws {
    if channels == 0 {
      channels = prediction.count / weights.count
      sums = Array(repeating: 0, count: channels * totals.count)
    }
    guard channels > 0, prediction.count == channels * weights.count else {
      throw DataError.invalidArgument(
        "prediction", reason: "has \(prediction.count) values, a window of \(windowSize) has \(weights.count)"
      )
    }
    for voxel in weights.indices {
      let target = index(ofVoxel: voxel, at: start)
      totals[target] += weights[voxel]
      for channel in 0..<channels {
        sums[channel * totals.count + target] += weights[voxel] * prediction[channel * weights.count + voxel]
      }
    }
  }

  private func index(ofVoxel voxel: Int, at start: [Int]) -> Int {
    var (rest, target, stride) = (voxel, 0, 1)
    for axis in shape.indices.reversed() {
      target += (start[axis] + rest % windowSize[axis]) * stride
      rest /= windowSize[axis]
      stride *= shape[axis]
    }
    return target
  }

  var mean: [Float] {
    sums.indices.map { sums[$0] / totals[$0 % totals.count] }
  }
}
