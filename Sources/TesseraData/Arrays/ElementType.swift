/// The type of an array's elements, named as safetensors names it.
///
/// Other formats keep their own table from their codes to these cases.
public enum ElementType: String, CaseIterable, Sendable {
  /// IEEE double precision.
  case float64 = "F64"
  /// IEEE single precision.
  case float32 = "F32"
  /// IEEE half precision.
  case float16 = "F16"
  /// The upper half of a single: eight exponent bits, seven of mantissa.
  case bfloat16 = "BF16"
  /// 64-bit signed integer.
  case int64 = "I64"
  /// 32-bit signed integer.
  case int32 = "I32"
  /// 16-bit signed integer.
  case int16 = "I16"
  /// 8-bit signed integer.
  case int8 = "I8"
  /// 64-bit unsigned integer.
  case uint64 = "U64"
  /// 32-bit unsigned integer.
  case uint32 = "U32"
  /// 16-bit unsigned integer.
  case uint16 = "U16"
  /// 8-bit unsigned integer.
  case uint8 = "U8"
  /// One byte, zero or one.
  case bool = "BOOL"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }
}

extension ElementType {
  /// Calls `body` with a function from an element's index to its value as a `Double`.
  ///
  /// Inlined so that each case becomes one tight loop in the caller, not a switch per element. 64-bit
  /// integers beyond 2^53 are rounded.
  @inline(__always)
  func withReader<Result>(
    of bytes: UnsafeRawBufferPointer, bigEndian: Bool = false, _ body: ((Int) -> Double) -> Result
  ) -> Result {
    switch self {
    case .float64: body { Double(bitPattern: word(of: bytes, at: $0, bigEndian)) }
    case .float32: body { Double(Float(bitPattern: word(of: bytes, at: $0, bigEndian))) }
    case .float16: body { Double(Float16(bitPattern: word(of: bytes, at: $0, bigEndian))) }
    case .bfloat16: body { Double(Float(bfloat16: word(of: bytes, at: $0, bigEndian))) }
    case .int64: body { Double(word(of: bytes, at: $0, bigEndian) as Int64) }
    case .int32: body { Double(word(of: bytes, at: $0, bigEndian) as Int32) }
    case .int16: body { Double(word(of: bytes, at: $0, bigEndian) as Int16) }
    case .int8: body { Double(Int8(bitPattern: bytes[$0])) }
    case .uint64: body { Double(word(of: bytes, at: $0, bigEndian) as UInt64) }
    case .uint32: body { Double(word(of: bytes, at: $0, bigEndian) as UInt32) }
    case .uint16: body { Double(word(of: bytes, at: $0, bigEndian) as UInt16) }
    case .uint8: body { Double(bytes[$0]) }
    case .bool: body { bytes[$0] == 0 ? 0 : 1 }
    }
  }
}

/// The element at `index` of a packed array of words, which need not be aligned.
@inline(__always)
func word<Word: FixedWidthInteger>(of bytes: UnsafeRawBufferPointer, at index: Int, _ bigEndian: Bool) -> Word
{
  let stored = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
  return bigEndian ? Word(bigEndian: stored) : Word(littleEndian: stored)
}

extension Float {
  /// The single whose upper half is `bits` and whose lower half is zero.
  init(bfloat16 bits: UInt16) {
    self.init(bitPattern: UInt32(bits) << 16)
  }

  /// The nearest bfloat16, ties to even; a NaN stays a NaN.
  var bfloat16Bits: UInt16 {
    guard !isNaN else { return UInt16(bitPattern >> 16) | 0x40 }
    let rounding = 0x7FFF + ((bitPattern >> 16) & 1)
    return UInt16((bitPattern + rounding) >> 16)
  }
}
