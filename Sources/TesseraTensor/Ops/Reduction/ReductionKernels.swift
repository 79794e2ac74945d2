import CKernels

/// Types whose elements C adds, in an accumulator that loses little: doubles for floats, 64 bits for integers.
protocol SumKernels: Sendable {
  associatedtype Total: SumKernels where Total.Total == Total
  static func sum(
    _ source: UnsafePointer<Self>, _ reduce: Int, _ inner: Int, _ out: UnsafeMutablePointer<Total>,
    _ results: Range<Int>)
  /// Divides a total; integers truncate.
  mutating func divide(by divisor: Double)
}

extension Float: SumKernels {
  static func sum(
    _ source: UnsafePointer<Float>, _ reduce: Int, _ inner: Int, _ out: UnsafeMutablePointer<Double>,
    _ results: Range<Int>
  ) {
    ck_sum_f32(source, Int64(reduce), Int64(inner), out, Int64(results.lowerBound), Int64(results.upperBound))
  }

  mutating func divide(by divisor: Double) { self /= Float(divisor) }
}

extension Double: SumKernels {
  static func sum(
    _ source: UnsafePointer<Double>, _ reduce: Int, _ inner: Int, _ out: UnsafeMutablePointer<Double>,
    _ results: Range<Int>
  ) {
    ck_sum_f64(source, Int64(reduce), Int64(inner), out, Int64(results.lowerBound), Int64(results.upperBound))
  }

  mutating func divide(by divisor: Double) { self /= divisor }
}

extension Int32: SumKernels {
  static func sum(
    _ source: UnsafePointer<Int32>, _ reduce: Int, _ inner: Int, _ out: UnsafeMutablePointer<Int64>,
    _ results: Range<Int>
  ) {
    ck_sum_i32(source, Int64(reduce), Int64(inner), out, Int64(results.lowerBound), Int64(results.upperBound))
  }

  mutating func divide(by divisor: Double) { self = Int32(saturating: Double(self) / divisor) }
}

extension Int64: SumKernels {
  static func sum(
    _ source: UnsafePointer<Int64>, _ reduce: Int, _ inner: Int, _ out: UnsafeMutablePointer<Int64>,
    _ results: Range<Int>
  ) {
    ck_sum_i64(source, Int64(reduce), Int64(inner), out, Int64(results.lowerBound), Int64(results.upperBound))
  }

  mutating func divide(by divisor: Double) { self = Int64(saturating: Double(self) / divisor) }
}

extension UInt8: SumKernels {
  static func sum(
    _ source: UnsafePointer<UInt8>, _ reduce: Int, _ inner: Int, _ out: UnsafeMutablePointer<Int64>,
    _ results: Range<Int>
  ) {
    ck_sum_u8(source, Int64(reduce), Int64(inner), out, Int64(results.lowerBound), Int64(results.upperBound))
  }

  mutating func divide(by divisor: Double) { self = UInt8(saturating: Double(self) / divisor) }
}

/// Types whose largest and smallest elements C finds.
protocol ExtremumKernels: Sendable {
  static func extremum(
    _ which: CKExtremum, _ source: UnsafePointer<Self>, _ reduce: Int, _ inner: Int,
    _ out: UnsafeMutablePointer<Self>?, _ positions: UnsafeMutablePointer<Int64>?, _ results: Range<Int>)
}

extension Float: ExtremumKernels {
  static func extremum(
    _ which: CKExtremum, _ source: UnsafePointer<Float>, _ reduce: Int, _ inner: Int,
    _ out: UnsafeMutablePointer<Float>?, _ positions: UnsafeMutablePointer<Int64>?, _ results: Range<Int>
  ) {
    ck_extremum_f32(
      which, source, Int64(reduce), Int64(inner), out, positions, Int64(results.lowerBound),
      Int64(results.upperBound))
  }
}

extension Double: ExtremumKernels {
  static func extremum(
    _ which: CKExtremum, _ source: UnsafePointer<Double>, _ reduce: Int, _ inner: Int,
    _ out: UnsafeMutablePointer<Double>?, _ positions: UnsafeMutablePointer<Int64>?, _ results: Range<Int>
  ) {
    ck_extremum_f64(
      which, source, Int64(reduce), Int64(inner), out, positions, Int64(results.lowerBound),
      Int64(results.upperBound))
  }
}

extension Int32: ExtremumKernels {
  static func extremum(
    _ which: CKExtremum, _ source: UnsafePointer<Int32>, _ reduce: Int, _ inner: Int,
    _ out: UnsafeMutablePointer<Int32>?, _ positions: UnsafeMutablePointer<Int64>?, _ results: Range<Int>
  ) {
    ck_extremum_i32(
      which, source, Int64(reduce), Int64(inner), out, positions, Int64(results.lowerBound),
      Int64(results.upperBound))
  }
}

extension Int64: ExtremumKernels {
  static func extremum(
    _ which: CKExtremum, _ source: UnsafePointer<Int64>, _ reduce: Int, _ inner: Int,
    _ out: UnsafeMutablePointer<Int64>?, _ positions: UnsafeMutablePointer<Int64>?, _ results: Range<Int>
  ) {
    ck_extremum_i64(
      which, source, Int64(reduce), Int64(inner), out, positions, Int64(results.lowerBound),
      Int64(results.upperBound))
  }
}
