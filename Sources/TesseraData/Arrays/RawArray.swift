/// An array as a file holds it: row-major little-endian bytes, their element type and shape.
public struct RawArray: Equatable, Sendable {
  /// The type of every element.
  public let elementType: ElementType
  /// Extents, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The elements, `shape`'s product times `elementType.byteCount` bytes.
  public let bytes: [UInt8]

  /// An array over `bytes`.
  ///
  /// - Throws: `DataError.invalidArgument` when the byte count is not what type and shape need.
  public init(elementType: ElementType, shape: [Int], bytes: [UInt8]) throws {
    guard byteCount(of: elementType, shape: shape) == bytes.count else {
      throw DataError.invalidArgument(
        "bytes", reason: "do not fill shape \(shape) of \(elementType.rawValue)")
    }
    self.init(unchecked: elementType, shape: shape, bytes: bytes)
  }

  /// An array whose byte count the caller has already derived from type and shape.
  init(unchecked elementType: ElementType, shape: [Int], bytes: [UInt8]) {
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }

  /// Number of elements.
  public var count: Int { bytes.count / elementType.byteCount }
}

extension RawArray {
  /// A float32 array holding `values`.
  public init(_ values: [Float], shape: [Int]) throws {
    try self.init(
      elementType: .float32, shape: shape, bytes: packed(values) { $0.bitPattern.littleEndian })
  }

  /// A float64 array holding `values`.
  public init(_ values: [Double], shape: [Int]) throws {
    try self.init(
      elementType: .float64, shape: shape, bytes: packed(values) { $0.bitPattern.littleEndian })
  }

  /// An int64 array holding `values`.
  public init(_ values: [Int64], shape: [Int]) throws {
    try self.init(elementType: .int64, shape: shape, bytes: packed(values) { $0.littleEndian })
  }

  /// The same shape with `values` rounded to float16 or bfloat16, ties to even.
  public init(_ values: [Float], shape: [Int], halfPrecision: HalfPrecision) throws {
    let bytes: [UInt8]
    switch halfPrecision {
    case .float16: bytes = packed(values) { Float16($0).bitPattern.littleEndian }
    case .bfloat16: bytes = packed(values) { $0.bfloat16Bits.littleEndian }
    }
    try self.init(elementType: halfPrecision.elementType, shape: shape, bytes: bytes)
  }

  /// The two 16-bit float types.
  public enum HalfPrecision: Sendable {
    /// IEEE half precision: more mantissa, a range of ±65504.
    case float16
    /// bfloat16: float32's range, seven bits of mantissa.
    case bfloat16

    var elementType: ElementType { self == .float16 ? .float16 : .bfloat16 }
  }
}

extension RawArray {
  /// The elements as singles, rounded where the type is wider.
  public func floats() -> [Float] {
    if elementType == .float32 { return unpacked { Float(bitPattern: UInt32(littleEndian: $0)) } }
    return converted { Float($0) }
  }

  /// The elements as doubles; exact for every type except 64-bit integers beyond 2^53.
  public func doubles() -> [Double] {
    converted { $0 }
  }

  /// The elements of an integer or bool array; nil for the float types and for values beyond Int64.
  public func integers() -> [Int64]? {
    switch elementType {
    case .float64, .float32, .float16, .bfloat16: return nil
    case .int64: return unpacked { Int64(littleEndian: $0) }
    case .uint64:
      let words = unpacked { UInt64(littleEndian: $0) }
      return words.contains { $0 > Int64.max } ? nil : words.map { Int64($0) }
    default: return converted { Int64($0) }
    }
  }

  private func converted<Value>(_ convert: (Double) -> Value) -> [Value] {
    bytes.withUnsafeBytes { bytes in
      elementType.withReader(of: bytes) { element in
        [Value](unsafeUninitializedCapacity: count) { values, filled in
          for index in 0..<count { values.initializeElement(at: index, to: convert(element(index))) }
          filled = count
        }
      }
    }
  }

  private func unpacked<Word: FixedWidthInteger, Value>(_ convert: (Word) -> Value) -> [Value] {
    bytes.withUnsafeBytes { bytes in
      [Value](unsafeUninitializedCapacity: count) { values, filled in
        for index in 0..<count {
          let stored = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
          values.initializeElement(at: index, to: convert(stored))
        }
        filled = count
      }
    }
  }
}

/// The bytes of each value's word, one after another.
func packed<Value, Word: FixedWidthInteger>(_ values: [Value], _ word: (Value) -> Word) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: values.count * MemoryLayout<Word>.size) { buffer, filled in
    let raw = UnsafeMutableRawBufferPointer(buffer)
    for (index, value) in values.enumerated() {
      raw.storeBytes(of: word(value), toByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
    }
    filled = values.count * MemoryLayout<Word>.size
  }
}

/// The bytes an array needs, or nil when an extent is negative or the product overflows.
///
/// An extent of zero does not excuse the others: their product must be representable too, or code that
/// multiplies in another order would trap.
func byteCount(of elementType: ElementType, shape: [Int]) -> Int? {
  var bytes = elementType.byteCount
  var isEmpty = false
  for extent in shape {
    guard extent >= 0 else { return nil }
    isEmpty = isEmpty || extent == 0
    let (product, overflow) = bytes.multipliedReportingOverflow(by: max(extent, 1))
    guard !overflow else { return nil }
    bytes = product
  }
  return isEmpty ? 0 : bytes
}
