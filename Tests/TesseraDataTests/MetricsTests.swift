import Testing

@testable import TesseraData

/// A mask of `shape` that is true within `box`.
func mask(_ shape: [Int], _ box: Box) -> [Bool] {
  (0..<shape.reduce(1, *)).map { index in
    var rest = index
    return shape.indices.reversed().allSatisfy { axis in
      defer { rest /= shape[axis] }
      return (box.start[axis]..<box.end[axis]).contains(rest % shape[axis])
    }
  }
}

/// The two overlapping boxes for which MONAI's metrics are known.
enum KnownBoxes {
  static let shape = [12, 12, 12]
  static let prediction = mask(shape, Box(start: [2, 2, 2], end: [8, 8, 8]))
  static let reference = mask(shape, Box(start: [3, 2, 4], end: [10, 7, 9]))
  static let empty = [Bool](repeating: false, count: 1728)

  static func distances(spacing: [Double]? = nil) throws -> SurfaceDistances {
    try SurfaceDistances(prediction: prediction, reference: reference, shape: shape, spacing: spacing)
  }
}

@Suite struct MetricsTests {
  @Test func `Metrics of two boxes equal MONAI's`() throws {
    #expect(abs(Overlap.dice(KnownBoxes.prediction, KnownBoxes.reference) - 0.51150894165) < 1e-7)
    let distances = try KnownBoxes.distances()
    #expect(abs(distances.hausdorff() - 2.44948983) < 1e-7)
    #expect(abs(distances.hausdorff(percentile: 95) - 2.23606801) < 1e-7)
    #expect(abs(distances.directedHausdorff(percentile: 95) - 2.23606801) < 1e-7)
    #expect(distances.hausdorff(percentile: 50) == 1)
    #expect(abs(distances.averageDistance() - 1.08119213581) < 1e-6)
    #expect(abs(distances.averageDistance(symmetric: true) - 1.03756248951) < 1e-6)
    #expect(abs(distances.surfaceDice(tolerance: 1) - 0.695035457611) < 1e-7)
    let stretched = try KnownBoxes.distances(spacing: [1, 0.5, 2])
    #expect(abs(stretched.hausdorff(percentile: 95) - 4.03112888) < 1e-6)
  }

  @Test func `Dice of an empty reference is NaN, or says whether the prediction is empty too`() {
    #expect(Overlap.dice(KnownBoxes.prediction, KnownBoxes.empty).isNaN)
    #expect(Overlap.dice(KnownBoxes.empty, KnownBoxes.empty, ignoreEmpty: false) == 1)
    #expect(Overlap.dice(KnownBoxes.prediction, KnownBoxes.empty, ignoreEmpty: false) == 0)
    #expect(Overlap.dice(KnownBoxes.empty, KnownBoxes.reference) == 0)
    #expect(Overlap.dice(KnownBoxes.reference, KnownBoxes.reference) == 1)
  }

  @Test func `The mean leaves out what is not a number`() {
    #expect(Overlap.meanIgnoringNaN([0.5, .nan, 1]) == 0.75)
    #expect(Overlap.meanIgnoringNaN([.nan]).isNaN)
  }

  @Test func `Distances are NaN between empty masks and infinite to one`() throws {
    let (full, empty) = (KnownBoxes.prediction, KnownBoxes.empty)
    let none = try SurfaceDistances(prediction: empty, reference: empty, shape: KnownBoxes.shape)
    #expect(none.hausdorff().isNaN && none.averageDistance().isNaN && none.surfaceDice(tolerance: 1).isNaN)
    for (prediction, reference) in [(full, empty), (empty, full)] {
      let one = try SurfaceDistances(prediction: prediction, reference: reference, shape: KnownBoxes.shape)
      #expect(one.hausdorff(percentile: 95) == .infinity && one.surfaceDice(tolerance: 5) == 0)
    }
    #expect(try SurfaceDistances.hausdorff95(full, full, shape: KnownBoxes.shape) == 0)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `The distance transform equals a search through all sites`(seed: UInt64) {
    var random = RandomNumbers(seed: seed)
    let shape = seed % 2 == 0 ? [5, 4, 6] : [9, 7]
    let spacing = shape.map { _ in random.next(in: 0.3...2.5) }
    let count = shape.reduce(1, *)
    let sites = (0..<count).map { _ in random.next(in: 0...1) < 0.08 }
    let fast = DistanceTransform.squared(to: sites, shape: shape, spacing: spacing)
    func coordinates(_ index: Int) -> [Double] {
      var rest = index
      return shape.indices.reversed().map { axis in
        defer { rest /= shape[axis] }
        return Double(rest % shape[axis]) * spacing[axis]
      }
    }
    func squaredDistance(_ first: Int, _ second: Int) -> Double {
      zip(coordinates(first), coordinates(second)).reduce(0.0) { sum, pair in
        sum + (pair.0 - pair.1) * (pair.0 - pair.1)
      }
    }
    let places = sites.indices.filter { sites[$0] }
    for index in 0..<count {
      let nearest = places.map { squaredDistance(index, $0) }.min() ?? .infinity
      #expect(fast[index] == nearest || abs(fast[index] - nearest) < 1e-9)
    }
  }

  @Test func `Masks and spacings that do not fit the shape are refused`() {
    let (prediction, shape) = (KnownBoxes.prediction, KnownBoxes.shape)
    for (reference, spacing) in [([true], [1, 1, 1]), (prediction, [1.0, 1]), (prediction, [1, 0, 1])] {
      #expect(throws: DataError.self) {
        try SurfaceDistances(prediction: prediction, reference: reference, shape: shape, spacing: spacing)
      }
    }
  }
}
