/// Builds a zip of stored members in memory.
struct ZipWriter {
  private var content: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Date fields of 1 January 1980, the format's zero: equal content makes equal files.
  private static let date: UInt16 = 0x21
  /// Names are UTF-8.
  private static let flags: UInt16 = 1 << 11

  mutating func append(_ name: String, _ bytes: [UInt8]) throws {
    let utf8 = Array(name.utf8)
    guard utf8.count <= UInt16.max, count < UInt16.max - 1 else {
      throw DataError.invalidArgument("arrays", reason: "have too long a name or are too many for a zip")
    }
    guard content.count + bytes.count + utf8.count + 64 < UInt32.max else {
      throw DataError.invalidArgument("arrays", reason: "exceed the 4 GiB of a zip; safetensors takes them")
    }
    let offset = UInt32(content.count)
    let size = UInt32(bytes.count)
    // Version needed 2.0, flags, stored, time, date, checksum, sizes, name length, no extra field.
    let common =
      words([20, Self.flags, 0, 0, Self.date]) + words([Gzip.checksum(bytes), size, size])
      + words([UInt16(utf8.count), 0])
    content += words([0x0403_4B50 as UInt32]) + common + utf8 + bytes
    // Made by version 2.0; no comment, first disk, no attributes.
    directory += words([0x0201_4B50 as UInt32]) + words([20 as UInt16]) + common + words([0, 0, 0 as UInt16])
    directory += words([0, offset]) + utf8
    count += 1
  }

  func finished() throws -> [UInt8] {
    guard content.count + directory.count < UInt32.max else {
      throw DataError.invalidArgument("arrays", reason: "exceed the 4 GiB of a zip; safetensors takes them")
    }
    let counts = words([0, 0, UInt16(count), UInt16(count)])
    let end =
      words([0x0605_4B50 as UInt32]) + counts + words([UInt32(directory.count), UInt32(content.count)])
    return content + directory + end + words([0 as UInt16])
  }

  private func words<Word: FixedWidthInteger>(_ values: [Word]) -> [UInt8] {
    packed(values) { $0.littleEndian }
  }
}
