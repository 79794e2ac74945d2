/// The distances between the surfaces of two masks, from which the boundary metrics are read.
///
/// A surface voxel is one with a face neighbour outside its mask; outside the volume counts as outside. Distances
/// are singles, as the reference implementation keeps them.
public struct SurfaceDistances: Sendable {
  /// From each surface voxel of the prediction to the reference's surface; one infinity where either mask is empty
  /// and the other not, nothing where both are.
  public let predictionToReference: [Float]
  /// The other direction.
  public let referenceToPrediction: [Float]

  /// Distances in the units of `spacing`, one number an axis.
  ///
  /// - Throws: `DataError.invalidArgument` where lengths differ.
  public init(prediction: [Bool], reference: [Bool], shape: [Int], spacing: [Double]? = nil) throws {
    let spacing = spacing ?? shape.map { _ in 1 }
    guard prediction.count == shape.reduce(1, *), reference.count == prediction.count else {
      throw DataError.invalidArgument("masks", reason: "do not fill shape \(shape)")
    }
    guard spacing.count == shape.count, spacing.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw DataError.invalidArgument(
        "spacing", reason: "\(spacing) is not one positive number an axis of \(shape)")
    }
    // Only the box around both masks matters, and it is usually a small part of the volume.
    guard let box = Box(around: zip(prediction, reference).map { $0 || $1 }, shape: shape) else {
      (predictionToReference, referenceToPrediction) = ([], [])
      return
    }
    let predicted = Self.surface(box.cropped(prediction, shape: shape, padding: false), box.shape)
    let real = Self.surface(box.cropped(reference, shape: shape, padding: false), box.shape)
    guard predicted.contains(true), real.contains(true) else {
      (predictionToReference, referenceToPrediction) = ([.infinity], [.infinity])
      return
    }
    predictionToReference = Self.distances(from: predicted, to: real, box.shape, spacing)
    referenceToPrediction = Self.distances(from: real, to: predicted, box.shape, spacing)
  }

  private static func distances(
    from sources: [Bool], to targets: [Bool], _ shape: [Int], _ spacing: [Double]
  ) -> [Float] {
    let squared = DistanceTransform.squared(to: targets, shape: shape, spacing: spacing)
    return sources.indices.filter { sources[$0] }.map { Float(squared[$0].squareRoot()) }
  }

  private static func surface(_ mask: [Bool], _ shape: [Int]) -> [Bool] {
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    return mask.indices.map { index in
      guard mask[index] else { return false }
      return shape.indices.contains { axis in
        let coordinate = index / strides[axis] % shape[axis]
        return coordinate == 0 || coordinate == shape[axis] - 1
          || !mask[index - strides[axis]] || !mask[index + strides[axis]]
      }
    }
  }
}

extension SurfaceDistances {
  /// The Hausdorff distance at `percentile`, 100 being the largest distance; the greater of the two directions.
  ///
  /// NaN where both masks are empty, infinite where one is.
  public func hausdorff(percentile: Double = 100) -> Double {
    guard !predictionToReference.isEmpty else { return .nan }
    return max(directedHausdorff(percentile: percentile), Self.percentile(referenceToPrediction, percentile))
  }

  /// The same from the prediction to the reference only.
  public func directedHausdorff(percentile: Double = 100) -> Double {
    Self.percentile(predictionToReference, percentile)
  }

  /// The mean distance from the prediction's surface to the reference's, or over both directions together.
  public func averageDistance(symmetric: Bool = false) -> Double {
    let distances = symmetric ? predictionToReference + referenceToPrediction : predictionToReference
    return distances.isEmpty ? .nan : distances.reduce(0) { $0 + Double($1) } / Double(distances.count)
  }

  /// The share of both surfaces that lies within `tolerance` of the other.
  public func surfaceDice(tolerance: Double) -> Double {
    let distances = predictionToReference + referenceToPrediction
    return distances.isEmpty
      ? .nan : Double(distances.count { Double($0) <= tolerance }) / Double(distances.count)
  }

  /// Linear interpolation between the two nearest ranks.
  private static func percentile(_ distances: [Float], _ percentile: Double) -> Double {
    guard !distances.isEmpty else { return .nan }
    let sorted = distances.sorted()
    let rank = Double(sorted.count - 1) * min(max(percentile, 0), 100) / 100
    let (low, high) = (Double(sorted[Int(rank)]), Double(sorted[Int(rank.rounded(.up))]))
    return low == high ? low : low + (high - low) * (rank - rank.rounded(.down))
  }

  /// The 95th percentile Hausdorff distance of two masks.
  public static func hausdorff95(
    _ prediction: [Bool], _ reference: [Bool], shape: [Int], spacing: [Double]? = nil
  ) throws -> Double {
    try SurfaceDistances(prediction: prediction, reference: reference, shape: shape, spacing: spacing)
      .hausdorff(percentile: 95)
  }
}
