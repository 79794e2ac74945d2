/// A made-up head with a tumour, in four modalities and with its labels, from a seed alone.
///
/// Ellipsoids of constant tissue, a smooth sensitivity field and noise. Only additions, products, divisions and
/// square roots are used, which are exact to the last bit everywhere, and values are whole numbers: a seed gives the
/// same volumes on any machine, and they survive 16-bit files.
public struct Phantom: Sendable, Equatable {
  /// Extents of every volume.
  public let shape: [Int]
  /// `[4] + shape`: t1c, t1n, t2f, t2w.
  public let image: [Float]
  /// 0 background and healthy tissue, 1 necrotic core, 2 edema, 3 enhancing tumour.
  public let labels: [Float]

  /// One modality's values.
  public func values(_ modality: BraTSCase.Modality) -> [Float] {
    let index = BraTSCase.Modality.allCases.firstIndex(of: modality) ?? 0
    return Array(image[index * labels.count..<(index + 1) * labels.count])
  }

  /// Makes the phantom of `seed`.
  ///
  /// - Parameter size: three extents of at least 16, so that every label has voxels.
  public static func make(seed: UInt64, size: [Int]) throws -> Phantom {
    guard size.count == 3, size.allSatisfy({ (16...1024).contains($0) }) else {
      throw DataError.invalidArgument("size", reason: "\(size) is not three extents from 16 to 1024")
    }
    var random = RandomNumbers(seed: seed)
    let anatomy = Anatomy(&random)
    let tissues = voxelPositions(size).map { anatomy.tissue(at: $0) }
    let fields = BraTSCase.Modality.allCases.map { _ in (0..<3).map { _ in random.next(in: -0.1...0.1) } }
    let positions = voxelPositions(size)
    let image = zip(BraTSCase.Modality.allCases, fields).flatMap { modality, field in
      zip(tissues, positions).map { tissue, position in
        tissue.intensity(in: modality, field: field, at: position, noise: random.nextNoise())
      }
    }
    return Phantom(shape: size, image: image, labels: tissues.map(\.label))
  }

  /// Voxel centres in row-major order, each axis from −1 to 1.
  private static func voxelPositions(_ size: [Int]) -> [SIMD3<Double>] {
    let axes = size.map { extent in (0..<extent).map { (2 * Double($0) + 1) / Double(extent) - 1 } }
    return axes[0].flatMap { x in axes[1].flatMap { y in axes[2].map { z in SIMD3(x, y, z) } } }
  }
}

/// What a voxel is made of.
enum Tissue: Int {
  case air, grey, white, fluid, edema, enhancing, necrosis

  var label: Float {
    switch self {
    case .necrosis: 1
    case .edema: 2
    case .enhancing: 3
    case .air, .grey, .white, .fluid: 0
    }
  }

  /// Typical intensities by modality (t1c, t1n, t2f, t2w), in the order bright and dark appear in real scans.
  private var contrast: [Double] {
    switch self {
    case .air: [0, 0, 0, 0]
    case .grey: [430, 420, 480, 520]
    case .white: [560, 550, 400, 400]
    case .fluid: [180, 170, 130, 900]
    case .edema: [400, 380, 820, 780]
    case .enhancing: [900, 430, 640, 600]
    case .necrosis: [260, 250, 420, 820]
    }
  }

  /// A whole number, at least 1 inside the head so that the background alone is 0.
  func intensity(
    in modality: BraTSCase.Modality, field: [Double], at position: SIMD3<Double>, noise: Double
  ) -> Float {
    guard self != .air else { return 0 }
    let index = BraTSCase.Modality.allCases.firstIndex(of: modality) ?? 0
    let sensitivity = 1 + field[0] * position.x + field[1] * position.y + field[2] * position.z
    return Float(max(1, (contrast[index] * sensitivity + 25 * noise).rounded()))
  }
}

/// Where the tissues of one phantom are, in the cube from −1 to 1.
struct Anatomy {
  /// An ellipsoid along the axes.
  struct Ellipsoid {
    let center: SIMD3<Double>
    let radii: SIMD3<Double>

    func contains(_ point: SIMD3<Double>) -> Bool {
      let scaled = (point - center) / radii
      return scaled.x * scaled.x + scaled.y * scaled.y + scaled.z * scaled.z <= 1
    }

    func scaled(by factor: Double) -> Ellipsoid { Ellipsoid(center: center, radii: radii * factor) }
  }

  /// From the inside out: the first that contains a voxel decides.
  private let layers: [(shape: Ellipsoid, tissue: Tissue)]
  private let head: Ellipsoid

  init(_ random: inout RandomNumbers) {
    func around(_ middle: Double, _ spread: Double) -> Double {
      random.next(in: middle - spread...middle + spread)
    }
    func point(_ middle: Double, _ spread: Double) -> SIMD3<Double> {
      SIMD3(around(middle, spread), around(middle, spread), around(middle, spread))
    }
    let head = Ellipsoid(center: point(0, 0.04), radii: point(0.86, 0.06))
    let side = random.next(in: 0...1) < 0.5 ? -1.0 : 1.0
    // Where a large tumour reaches out of a small head, the head ends it. The core is never thinner than two voxels
    // of 16, so it always holds one.
    let tumor = Ellipsoid(
      center: SIMD3(side * around(0.3, 0.05), around(0, 0.2), around(0, 0.2)), radii: point(0.33, 0.04))
    let ventricles = [-1.0, 1.0].map { side in
      Ellipsoid(center: head.center + SIMD3(side * 0.12, 0, 0.05), radii: SIMD3(0.07, 0.3, 0.14))
    }
    self.head = head
    layers =
      [(tumor.scaled(by: 0.45), .necrosis), (tumor.scaled(by: 0.68), .enhancing), (tumor, .edema)]
      + ventricles.map { ($0, .fluid) } + [(head.scaled(by: 0.8), .white), (head, .grey)]
  }

  func tissue(at point: SIMD3<Double>) -> Tissue {
    guard head.contains(point) else { return .air }
    return layers.first { $0.shape.contains(point) }?.tissue ?? .air
  }
}

/// SplitMix64 from a seed, one number after another.
struct RandomNumbers {
  private let seed: UInt64
  private var index = 0

  init(seed: UInt64) {
    self.seed = seed
  }

  mutating func next(in range: ClosedRange<Double>) -> Double {
    defer { index += 1 }
    let unit = Double(splitMix64(seed, index) >> 11) / 9_007_199_254_740_992
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// Nearly normal with deviation 1: the sum of three uniform numbers in ±1, which needs no logarithm.
  mutating func nextNoise() -> Double {
    next(in: -1...1) + next(in: -1...1) + next(in: -1...1)
  }
}
