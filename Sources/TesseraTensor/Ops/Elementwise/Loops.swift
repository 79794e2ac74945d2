import CKernels

/// One call of a C kernel: the loops, and the range of positions to visit.
struct Loops {
  let shape: [Int64]
  /// One row a tensor, the output's first.
  let strides: [[Int64]]
  let range: Range<Int>

  init(_ walk: Walk, _ range: Range<Int>) {
    shape = walk.shape
    strides = walk.strides
    self.range = range
  }

  private init(shape: [Int64], strides: [[Int64]], range: Range<Int>) {
    self.shape = shape
    self.strides = strides
    self.range = range
  }

  /// One loop over `count` neighbours, for up to two inputs.
  static func contiguous(_ count: Int) -> Loops {
    Loops(shape: [Int64(count)], strides: [[1], [1], [1]], range: 0..<count)
  }

  var rank: Int32 { Int32(shape.count) }
  var begin: Int64 { Int64(range.lowerBound) }
  var end: Int64 { Int64(range.upperBound) }
}

/// Types whose values C compares.
protocol ComparisonKernels: Sendable {
  static func compare(
    _ op: CKCompareOp, _ loops: Loops, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    _ out: UnsafeMutablePointer<UInt8>)
}

/// Floating types with hand-written kernels.
protocol FloatKernels: ComparisonKernels, BinaryFloatingPoint {
  static func unary(
    _ op: CKUnaryOp, _ p: Self, _ q: Self, _ loops: Loops, _ a: UnsafePointer<Self>,
    _ out: UnsafeMutablePointer<Self>)
  static func binary(
    _ op: CKBinaryOp, _ p: Self, _ q: Self, _ loops: Loops, _ a: UnsafePointer<Self>,
    _ b: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>)
}

/// Integer types with hand-written kernels.
protocol IntegerKernels: ComparisonKernels, FixedWidthInteger {
  static func unary(
    _ op: CKIntegerUnaryOp, _ p: Self, _ q: Self, _ loops: Loops, _ a: UnsafePointer<Self>,
    _ out: UnsafeMutablePointer<Self>)
  static func binary(
    _ op: CKIntegerBinaryOp, _ loops: Loops, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    _ out: UnsafeMutablePointer<Self>)
}

extension FixedWidthInteger {
  /// Truncates; values out of range become the nearest bound, NaN becomes 0.
  init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= Double(Self.max) {
      self = .max
    } else {
      self = value <= Double(Self.min) ? .min : Self(value)
    }
  }
}

extension Float: ComparisonKernels {
  static func compare(
    _ op: CKCompareOp, _ loops: Loops, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<UInt8>
  ) {
    let steps = loops.strides
    ck_compare_f32(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Float: FloatKernels {
  static func unary(
    _ op: CKUnaryOp, _ p: Float, _ q: Float, _ loops: Loops, _ a: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>
  ) {
    let steps = loops.strides
    ck_unary_f32(op, p, q, loops.rank, loops.shape, a, steps[1], out, steps[0], loops.begin, loops.end)
  }

  static func binary(
    _ op: CKBinaryOp, _ p: Float, _ q: Float, _ loops: Loops, _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>
  ) {
    let steps = loops.strides
    ck_binary_f32(
      op, p, q, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Double: ComparisonKernels {
  static func compare(
    _ op: CKCompareOp, _ loops: Loops, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<UInt8>
  ) {
    let steps = loops.strides
    ck_compare_f64(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Double: FloatKernels {
  static func unary(
    _ op: CKUnaryOp, _ p: Double, _ q: Double, _ loops: Loops, _ a: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>
  ) {
    let steps = loops.strides
    ck_unary_f64(op, p, q, loops.rank, loops.shape, a, steps[1], out, steps[0], loops.begin, loops.end)
  }

  static func binary(
    _ op: CKBinaryOp, _ p: Double, _ q: Double, _ loops: Loops, _ a: UnsafePointer<Double>,
    _ b: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>
  ) {
    let steps = loops.strides
    ck_binary_f64(
      op, p, q, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Int32: ComparisonKernels {
  static func compare(
    _ op: CKCompareOp, _ loops: Loops, _ a: UnsafePointer<Int32>, _ b: UnsafePointer<Int32>,
    _ out: UnsafeMutablePointer<UInt8>
  ) {
    let steps = loops.strides
    ck_compare_i32(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Int32: IntegerKernels {
  static func unary(
    _ op: CKIntegerUnaryOp, _ p: Int32, _ q: Int32, _ loops: Loops, _ a: UnsafePointer<Int32>,
    _ out: UnsafeMutablePointer<Int32>
  ) {
    let steps = loops.strides
    ck_unary_i32(op, p, q, loops.rank, loops.shape, a, steps[1], out, steps[0], loops.begin, loops.end)
  }

  static func binary(
    _ op: CKIntegerBinaryOp, _ loops: Loops, _ a: UnsafePointer<Int32>, _ b: UnsafePointer<Int32>,
    _ out: UnsafeMutablePointer<Int32>
  ) {
    let steps = loops.strides
    ck_binary_i32(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Int64: ComparisonKernels {
  static func compare(
    _ op: CKCompareOp, _ loops: Loops, _ a: UnsafePointer<Int64>, _ b: UnsafePointer<Int64>,
    _ out: UnsafeMutablePointer<UInt8>
  ) {
    let steps = loops.strides
    ck_compare_i64(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension Int64: IntegerKernels {
  static func unary(
    _ op: CKIntegerUnaryOp, _ p: Int64, _ q: Int64, _ loops: Loops, _ a: UnsafePointer<Int64>,
    _ out: UnsafeMutablePointer<Int64>
  ) {
    let steps = loops.strides
    ck_unary_i64(op, p, q, loops.rank, loops.shape, a, steps[1], out, steps[0], loops.begin, loops.end)
  }

  static func binary(
    _ op: CKIntegerBinaryOp, _ loops: Loops, _ a: UnsafePointer<Int64>, _ b: UnsafePointer<Int64>,
    _ out: UnsafeMutablePointer<Int64>
  ) {
    let steps = loops.strides
    ck_binary_i64(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}

extension UInt8: ComparisonKernels {
  static func compare(
    _ op: CKCompareOp, _ loops: Loops, _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>,
    _ out: UnsafeMutablePointer<UInt8>
  ) {
    let steps = loops.strides
    ck_compare_u8(
      op, loops.rank, loops.shape, a, steps[1], b, steps[2], out, steps[0], loops.begin, loops.end)
  }
}
