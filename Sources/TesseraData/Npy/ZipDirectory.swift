/// The central directory at the end of a zip file.
enum ZipDirectory {
  /// One member, as the directory describes it.
  struct Member: Sendable {
    let name: String
    let method: Int
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int
  }

  private static let endSignature: UInt32 = 0x0605_4B50
  private static let end64Signature: UInt32 = 0x0606_4B50
  private static let locator64Signature: UInt32 = 0x0706_4B50
  private static let memberSignature: UInt32 = 0x0201_4B50
  private static let endLength = 22

  static func members(of source: ByteSource) throws -> [Member] {
    // The end record may be followed by a comment of up to 64 KiB.
    let tailStart = max(0, source.count - endLength - 0xFFFF)
    let tail = ZipBytes(try source.read(tailStart..<source.count), file: source.name)
    guard let end = lastEndRecord(in: tail) else {
      throw tail.malformed("end record", "is missing: the file is cut off or not a zip")
    }
    var count = try tail.integer(UInt16.self, at: end + 10, "entry count")
    var size = try tail.integer(UInt32.self, at: end + 12, "directory size")
    var offset = try tail.integer(UInt32.self, at: end + 16, "directory offset")
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      (count, size, offset) = try zip64End(source, tail, end)
    }
    guard offset <= source.count, size <= source.count - offset else {
      throw tail.malformed("directory offset", "\(offset) and size \(size) lie beyond the file")
    }
    let directory = ZipBytes(try source.read(offset..<offset + size), file: source.name)
    return try parse(directory, count: count)
  }

  private static func lastEndRecord(in tail: ZipBytes) -> Int? {
    stride(from: tail.count - endLength, through: 0, by: -1).first { tail.hasSignature(endSignature, at: $0) }
  }

  /// The 64-bit end record, found through a locator of 20 bytes before the ordinary one.
  private static func zip64End(_ source: ByteSource, _ tail: ZipBytes, _ end: Int) throws -> (Int, Int, Int) {
    guard end >= 20, tail.hasSignature(locator64Signature, at: end - 20) else {
      throw tail.malformed("zip64 locator", "is missing")
    }
    let start = try tail.integer(UInt64.self, at: end - 12, "zip64 offset")
    guard start <= source.count - 56 else { throw tail.malformed("zip64 offset", "lies beyond the file") }
    let record = ZipBytes(try source.read(start..<start + 56), file: source.name)
    guard record.hasSignature(end64Signature, at: 0) else {
      throw record.malformed("zip64 record", "is missing")
    }
    return (
      try record.integer(UInt64.self, at: 32, "entry count"),
      try record.integer(UInt64.self, at: 40, "directory size"),
      try record.integer(UInt64.self, at: 48, "directory offset")
    )
  }

  private static func parse(_ directory: ZipBytes, count: Int) throws -> [Member] {
    var members: [Member] = []
    var names = Set<String>()
    var position = 0
    while members.count < count {
      let (member, next) = try parseMember(directory, at: position)
      guard names.insert(member.name).inserted else {
        throw directory.malformed("directory", "lists \"\(member.name)\" twice")
      }
      members.append(member)
      position = next
    }
    return members
  }

  private static func parseMember(_ bytes: ZipBytes, at start: Int) throws -> (Member, next: Int) {
    guard bytes.hasSignature(memberSignature, at: start) else {
      throw bytes.malformed("directory", "ends before its last entry")
    }
    let nameLength = try bytes.integer(UInt16.self, at: start + 28, "name length")
    let extraLength = try bytes.integer(UInt16.self, at: start + 30, "extra length")
    let commentLength = try bytes.integer(UInt16.self, at: start + 32, "comment length")
    let name = String(decoding: try bytes.slice(start + 46, nameLength, "name"), as: UTF8.self)
    guard try bytes.integer(UInt16.self, at: start + 8, "flags") & 1 == 0 else {
      throw DataError.unsupported(
        .npz, file: bytes.file, what: "an encrypted member", advice: "save it without a password")
    }
    var wide = ZipWideFields(try bytes.slice(start + 46 + nameLength, extraLength, "extra field"))
    let size = try wide.value(bytes.integer(UInt32.self, at: start + 24, "size"), bytes)
    let compressedSize = try wide.value(bytes.integer(UInt32.self, at: start + 20, "compressed size"), bytes)
    let headerOffset = try wide.value(bytes.integer(UInt32.self, at: start + 42, "header offset"), bytes)
    let member = Member(
      name: name, method: try bytes.integer(UInt16.self, at: start + 10, "method"),
      checksum: UInt32(try bytes.integer(UInt32.self, at: start + 16, "checksum")),
      compressedSize: compressedSize, size: size, headerOffset: headerOffset)
    return (member, start + 46 + nameLength + extraLength + commentLength)
  }
}

extension ZipDirectory.Member {
  /// The member's bytes, decompressed and checked.
  ///
  /// No more is allocated than the member's compressed bytes can expand to.
  func content(in source: ByteSource) throws -> [UInt8] {
    let compressed = try storedBytes(in: source)
    let bytes: [UInt8]
    switch method {
    case 0: bytes = compressed
    case 8:
      guard let inflated = Gzip.decompressed(rawDeflate: compressed, size: size) else {
        throw damaged(source)
      }
      bytes = inflated
    default:
      throw DataError.unsupported(
        .npz, file: source.name, what: "a member compressed by method \(method)",
        advice: "save it with numpy.savez or numpy.savez_compressed")
    }
    guard bytes.count == size, Gzip.checksum(bytes) == checksum else { throw damaged(source) }
    return bytes
  }

  private func damaged(_ source: ByteSource) -> DataError {
    .malformed(
      .npz, file: source.name, field: "member \"\(name)\"", reason: "is damaged: size or checksum differ")
  }

  /// The directory gives the size; the member's own header only how far its data is from it.
  private func storedBytes(in source: ByteSource) throws -> [UInt8] {
    let end = ZipBytes([], file: source.name).malformed("member \"\(name)\"", "lies beyond the file")
    guard headerOffset <= source.count - 30 else { throw end }
    let header = ZipBytes(try source.read(headerOffset..<headerOffset + 30), file: source.name)
    guard header.hasSignature(0x0403_4B50, at: 0) else {
      throw header.malformed("member \"\(name)\"", "has no header where the directory says")
    }
    let nameLength = try header.integer(UInt16.self, at: 26, "name length")
    let start = headerOffset + 30 + nameLength + (try header.integer(UInt16.self, at: 28, "extra length"))
    guard start <= source.count, compressedSize <= source.count - start else { throw end }
    return try source.read(start..<start + compressedSize)
  }
}
