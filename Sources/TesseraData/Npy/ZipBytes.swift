/// Part of a zip file, read at checked positions.
struct ZipBytes {
  let file: String
  private let bytes: [UInt8]

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  var count: Int { bytes.count }

  func malformed(_ field: String, _ reason: String) -> DataError {
    .malformed(.npz, file: file, field: field, reason: reason)
  }

  func hasSignature(_ signature: UInt32, at position: Int) -> Bool {
    position >= 0 && position + 4 <= bytes.count
      && bytes.withUnsafeBytes {
        UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      }
        == signature
  }

  func slice(_ position: Int, _ length: Int, _ field: String) throws -> [UInt8] {
    guard position >= 0, length >= 0, position <= bytes.count, length <= bytes.count - position else {
      throw malformed(field, "lies beyond the directory")
    }
    return Array(bytes[position..<position + length])
  }

  /// An unsigned little-endian field; one beyond Int's range becomes `Int.max` and fails its range check.
  func integer<Word: FixedWidthInteger & UnsignedInteger>(
    _ type: Word.Type, at position: Int, _ field: String
  ) throws -> Int {
    let bytes = try slice(position, MemoryLayout<Word>.size, field)
    return Int(clamping: bytes.reversed().reduce(Word(0)) { $0 << 8 | Word($1) })
  }
}

/// The zip64 extra field: 64-bit values for those header fields that are all ones, in the header's order.
struct ZipWideFields {
  private var values: ArraySlice<UInt8> = []

  init(_ extra: [UInt8]) {
    var rest = extra[...]
    while rest.count >= 4 {
      let identifier = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
      let length = Int(rest[rest.startIndex + 2]) | Int(rest[rest.startIndex + 3]) << 8
      rest = rest.dropFirst(4)
      if identifier == 1 {
        values = rest.prefix(length)
        return
      }
      rest = rest.dropFirst(length)
    }
  }

  /// `narrow`, or the next wide value where it is all ones.
  mutating func value(_ narrow: Int, _ bytes: ZipBytes) throws -> Int {
    guard narrow == 0xFFFF_FFFF else { return narrow }
    guard values.count >= 8 else { throw bytes.malformed("zip64 extra field", "is too short") }
    defer { values = values.dropFirst(8) }
    return Int(clamping: values.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
