/// How the gradients of two runs agree.
public enum GradientAgreement: Sendable, Equatable {
  /// Neither run received any.
  case absent
  /// Every contribution to every leaf is equal bit for bit, so the largest difference is exactly 0.
  case equal(leaves: Int)
  /// The largest absolute difference of a value, and the shape of the leaf it is in.
  case largest(Double, shape: Shape)
  /// No values were kept: the largest relative difference of a leaf's norm, and how many leaves are not equal.
  case norms(Double, different: Int, leaves: Int)
  /// The runs ran dry, so there is nothing to compare.
  case dry
  /// The runs gave gradients to different leaves.
  case otherLeaves(Int, Int)

  /// The agreement in words.
  public var text: String {
    switch self {
    case .absent: "no gradients"
    case .equal(let leaves): "equal bit for bit in all \(leaves) (largest difference 0)"
    case .largest(let difference, let shape):
      "largest difference \(Self.number(difference)), in a gradient of shape \(shape)"
    case .norms(let difference, let different, let leaves):
      "\(different) of \(leaves) are not equal bit for bit; their norms differ by up to "
        + "\(Self.number(difference)) of their size (keep the gradients to compare values)"
    case .dry: "not computed in a dry run"
    case .otherLeaves(let first, let second):
      "not comparable: \(first) leaves and \(second) leaves of other shapes received gradients"
    }
  }

  /// Two significant digits and a power of ten.
  static func number(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var (mantissa, exponent) = (abs(value), 0)
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\(ByteCount.fixed(mantissa, digits: 1))e\(exponent)"
  }
}

extension GradientAgreement {
  /// Compares what the reports know.
  public init(_ first: MemoryReport, _ second: MemoryReport) {
    guard let pairs = Self.pairs(first.gradients, second.gradients) else {
      self = .otherLeaves(first.gradients.count, second.gradients.count)
      return
    }
    self = Self.compare(pairs)
  }

  /// Compares values where both runs kept them and digests differ.
  public init(_ first: MemoryRun, _ second: MemoryRun) {
    self.init(first.report, second.report)
    guard case .norms = self,
      let pairs = Self.pairs(first.report.gradients, second.report.gradients),
      let (difference, shape) = Self.largestDifference(
        pairs.map { (first.gradients[$0.leaf], second.gradients[$1.leaf]) })
    else { return }
    self = .largest(difference, shape: shape)
  }

  /// Leaves in the order in which they were made, which pairs up one network with itself and two made alike.
  private static func pairs(
    _ first: [GradientDigest], _ second: [GradientDigest]
  ) -> [(GradientDigest, GradientDigest)]? {
    guard first.map(\.shape) == second.map(\.shape) else { return nil }
    return Array(zip(first, second))
  }

  private static func compare(_ pairs: [(GradientDigest, GradientDigest)]) -> GradientAgreement {
    if pairs.isEmpty { return .absent }
    if pairs.contains(where: { $0.digest == nil || $1.digest == nil }) { return .dry }
    let different = pairs.filter { $0.digest != $1.digest || $0.contributions != $1.contributions }
    if different.isEmpty { return .equal(leaves: pairs.count) }
    let norms = different.map { relativeDifference($0.norm ?? 0, $1.norm ?? 0) }
    return .norms(norms.max() ?? 0, different: different.count, leaves: pairs.count)
  }

  private static func relativeDifference(_ a: Double, _ b: Double) -> Double {
    let scale = max(abs(a), abs(b))
    return scale == 0 ? 0 : abs(a - b) / scale
  }

  private static func largestDifference(_ pairs: [(Tensor?, Tensor?)]) -> (Double, Shape)? {
    var largest: (Double, Shape)?
    for case (let first?, let second?) in pairs {
      guard let a = first.values, let b = second.values else { return nil }
      let difference = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
      if difference >= largest?.0 ?? 0 { largest = (difference, first.shape) }
    }
    return pairs.contains { $0.0 == nil || $0.1 == nil } ? nil : largest
  }
}

extension Tensor {
  /// All values in row-major order, read without a copy that the ledger would see.
  fileprivate var values: [Double]? {
    contents { bytes in
      switch dtype {
      case .float32: bytes.bindMemory(to: Float.self).map(Double.init)
      case .float64: Array(bytes.bindMemory(to: Double.self))
      case .bfloat16: bytes.bindMemory(to: UInt16.self).map { Double(HalfFloat.fromBFloat16($0)) }
      case .float16: bytes.bindMemory(to: UInt16.self).map { Double(HalfFloat.fromFloat16($0)) }
      case .int32, .int64, .bool: []
      }
    }
  }
}

extension [GradientDigest] {
  /// Whether leaves that pair up held other values: parameters that were updated between two runs.
  func haveOtherValues(than others: [GradientDigest]) -> Bool {
    guard map(\.shape) == others.map(\.shape) else { return false }
    return zip(self, others).contains { one, other in
      guard let one = one.leafDigest, let other = other.leafDigest else { return false }
      return one != other
    }
  }
}
