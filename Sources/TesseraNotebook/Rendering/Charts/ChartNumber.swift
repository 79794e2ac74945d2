import TesseraTensor

/// Numbers beside bars and axes.
enum ChartNumber {
  /// Three significant digits, a whole number as it is.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    if let whole = Int(exactly: value), abs(whole) < 1_000_000 { return "\(whole)" }
    let size = abs(value)
    guard size >= 0.001, size < 1_000_000 else { return scientific(value) }
    return ByteText.fixed(value, digits: size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
  }

  private static func scientific(_ value: Double) -> String {
    var (digits, exponent) = (value, 0)
    while abs(digits) >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while abs(digits) < 1, digits != 0 { (digits, exponent) = (digits * 10, exponent - 1) }
    if abs(digits) >= 9.95 { (digits, exponent) = (digits / 10, exponent + 1) }
    return "\(ByteText.fixed(digits, digits: 1))e\(exponent)"
  }
}

/// The finite part of what is drawn, never empty in extent.
struct ChartRange {
  let low: Double
  let high: Double

  init(_ values: some Sequence<Double>) {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    self.low = low
    self.high = high > low ? high : low + 1
  }

  /// Where a value lies between the ends, from 0 to 1; nil for one that is not finite.
  func place(of value: Double) -> Double? {
    value.isFinite ? (value - low) / (high - low) : nil
  }
}
