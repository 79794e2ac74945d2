/// A checked `.npy` header.
struct NpyHeader {
  let elementType: ElementType
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: [Int]
  /// Where the elements begin, in bytes.
  let dataStart: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Magic, version and the two-byte length of version 1.
  static let prefixLength = 10
  /// NumPy's own limit is 32 axes, 64 since version 2.
  static let maximumRank = 64

  /// NumPy's type codes without their byte order.
  static let descriptors: [String: ElementType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
    "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool,
  ]

  init(_ bytes: [UInt8], file: String) throws {
    func malformed(_ field: String, _ reason: String) -> DataError {
      .malformed(.npy, file: file, field: field, reason: reason)
    }
    guard bytes.starts(with: Self.magic) else { throw malformed("magic", "is not \\x93NUMPY") }
    guard bytes.count >= Self.prefixLength + 2 else { throw malformed("header", "is cut off") }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw malformed("version", "is \(version)") }
    let lengthSize = version == 1 ? 2 : 4
    let length = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
    dataStart = 8 + lengthSize + length
    guard dataStart <= bytes.count else { throw malformed("header length", "is \(length), beyond the file") }

    let fields = try NpyDictionary(Array(bytes[8 + lengthSize..<dataStart])) { malformed("header", $0) }
    (elementType, isBigEndian) = try Self.elementType(fields.descriptor, file: file)
    isFortranOrder = fields.isFortranOrder
    shape = fields.shape
    guard let needed = byteCount(of: elementType, shape: shape) else {
      throw malformed("shape", "\(shape) overflows")
    }
    guard bytes.count - dataStart == needed else {
      throw malformed("data", "has \(bytes.count - dataStart) bytes, shape \(shape) needs \(needed)")
    }
  }

  private static func elementType(_ descriptor: String, file: String) throws -> (ElementType, Bool) {
    if descriptor.hasSuffix("O") {
      throw DataError.unsupported(
        .npy, file: file, what: "pickled Python objects, which could run any code when read",
        advice: "save numbers instead: numpy.save(path, numpy.asarray(x, dtype=\"float32\"))")
    }
    let order = descriptor.first
    guard let order, "<>|=".contains(order), let type = descriptors[String(descriptor.dropFirst())] else {
      throw DataError.unsupported(
        .npy, file: file, what: "elements of type '\(descriptor)'",
        advice: "convert them with .astype(\"float32\") before saving")
    }
    return (type, order == ">")
  }

  /// The elements as `RawArray` wants them.
  func rowMajorLittleEndian(_ data: [UInt8]) -> [UInt8] {
    let width = elementType.byteCount
    let ordered: [UInt8]
    if isFortranOrder, shape.count > 1, !data.isEmpty {
      switch width {
      case 1: ordered = reordered(data, as: UInt8.self)
      case 2: ordered = reordered(data, as: UInt16.self)
      case 4: ordered = reordered(data, as: UInt32.self)
      default: ordered = reordered(data, as: UInt64.self)
      }
    } else {
      ordered = data
    }
    guard isBigEndian, width > 1 else { return ordered }
    return stride(from: 0, to: ordered.count, by: width).flatMap { ordered[$0..<$0 + width].reversed() }
  }

  private func reordered<Word: FixedWidthInteger>(_ data: [UInt8], as type: Word.Type) -> [UInt8] {
    let words = data.withUnsafeBytes { bytes in
      rowMajor(fromFirstIndexFastest: shape) { word(of: bytes, at: $0, false) as Word }
    }
    return packed(words) { $0.littleEndian }
  }
}
