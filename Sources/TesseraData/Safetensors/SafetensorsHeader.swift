/// A checked safetensors header: every entry fits its type and shape, and together they tile the data.
struct SafetensorsHeader {
  let entries: [Safetensors.Entry]
  let metadata: Metadata
  /// Where the data begins, in bytes from the start of the file.
  let dataStart: Int

  /// The limit of the reference implementation, so that a file read here is read there.
  static let maximumLength = 100_000_000
  /// More axes than any framework makes; bounds the memory of a hostile header.
  static let maximumRank = 64

  init(_ source: ByteSource) throws {
    let prefix = try source.prefix(9)
    let declared = prefix.count >= 8 ? prefix.withUnsafeBytes { word(of: $0, at: 0, false) as UInt64 } : nil
    let isPlausible =
      prefix.count == 9 && prefix[8] == UInt8(ascii: "{") && declared ?? .max <= Self.maximumLength
    if !isPlausible { try PickleAdvice.refusePickle(source) }

    func malformed(_ field: String, _ reason: String) -> DataError {
      .malformed(.safetensors, file: source.name, field: field, reason: reason)
    }
    guard let declared else {
      throw malformed("header length", "needs 8 bytes, the file has \(source.count)")
    }
    guard declared <= Self.maximumLength else {
      throw malformed("header length", "is \(declared), over 100 MB")
    }
    guard declared <= source.count - 8 else {
      throw malformed("header length", "is \(declared), the file has \(source.count - 8) bytes after it")
    }
    dataStart = 8 + Int(declared)
    let bytes = try source.read(8..<dataStart)
    guard bytes.first == UInt8(ascii: "{") else { throw malformed("header", "does not begin with a brace") }

    var parser = HeaderParser(scanner: JSONScanner(bytes))
    do {
      try parser.parse()
      try Self.checkTiling(parser.entries, dataCount: source.count - dataStart)
    } catch let failure as JSONScanner.Failure {
      throw malformed(parser.field, "\(failure.reason) (byte \(8 + failure.position))")
    } catch let failure as FieldFailure {
      throw malformed(failure.field, failure.reason)
    }
    entries = parser.entries
    metadata = parser.metadata
  }

  /// What is wrong with one named field.
  struct FieldFailure: Error {
    let field: String
    let reason: String
  }

  /// Fails unless the entries, in order of their offsets, cover the data exactly once.
  private static func checkTiling(_ entries: [Safetensors.Entry], dataCount: Int) throws {
    let ordered = entries.sorted {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    var end = 0
    for entry in ordered {
      let range = entry.byteRange
      guard range.upperBound <= dataCount else {
        throw FieldFailure(
          field: "data_offsets of \"\(entry.name)\"",
          reason: "end at \(range.upperBound), the data at \(dataCount)")
      }
      guard range.lowerBound == end else {
        let problem = range.lowerBound < end ? "overlap the tensor before" : "leave a gap"
        throw FieldFailure(
          field: "data_offsets of \"\(entry.name)\"",
          reason: "begin at \(range.lowerBound) instead of \(end): they \(problem)")
      }
      end = range.upperBound
    }
    guard end == dataCount else {
      throw FieldFailure(field: "data", reason: "has \(dataCount - end) bytes after the last tensor")
    }
  }
}

/// Reads the header's entries and remembers which field it is at, for messages.
private struct HeaderParser {
  var scanner: JSONScanner
  private(set) var entries: [Safetensors.Entry] = []
  private(set) var metadata = Metadata()
  private(set) var field = "header"

  init(scanner: JSONScanner) {
    self.scanner = scanner
  }

  mutating func parse() throws {
    var scanner = self.scanner
    try scanner.object { scanner, name in
      if name == "__metadata__" {
        try parseMetadata(&scanner)
      } else {
        try parseEntry(name, &scanner)
      }
      field = "header"
    }
    try scanner.expectEnd()
  }

  private mutating func parseMetadata(_ scanner: inout JSONScanner) throws {
    field = "__metadata__"
    try scanner.object { scanner, key in metadata.append(key, try scanner.string()) }
  }

  private mutating func parseEntry(_ name: String, _ scanner: inout JSONScanner) throws {
    var elementType: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    field = "entry \"\(name)\""
    try scanner.object { scanner, key in
      field = "\(key) of \"\(name)\""
      switch key {
      case "dtype": elementType = try parseElementType(&scanner)
      case "shape": shape = try scanner.integers(atMost: SafetensorsHeader.maximumRank)
      case "data_offsets": offsets = try scanner.integers(atMost: 2)
      default: throw scanner.failure("is not a field of the format")
      }
    }
    guard let elementType else { throw missing("dtype", of: name) }
    guard let shape else { throw missing("shape", of: name) }
    guard let offsets else { throw missing("data_offsets", of: name) }
    entries.append(try entry(name, elementType, shape, offsets))
  }

  private func missing(_ field: String, of name: String) -> SafetensorsHeader.FieldFailure {
    .init(field: "\(field) of \"\(name)\"", reason: "is missing")
  }

  private func parseElementType(_ scanner: inout JSONScanner) throws -> ElementType {
    let text = try scanner.string()
    guard let elementType = ElementType(rawValue: text) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: " ")
      throw scanner.failure("is \"\(text)\", not one of \(known)")
    }
    return elementType
  }

  private func entry(
    _ name: String, _ elementType: ElementType, _ shape: [Int], _ offsets: [Int]
  ) throws -> Safetensors.Entry {
    guard let needed = byteCount(of: elementType, shape: shape) else {
      throw SafetensorsHeader.FieldFailure(field: "shape of \"\(name)\"", reason: "\(shape) overflows")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw SafetensorsHeader.FieldFailure(
        field: "data_offsets of \"\(name)\"", reason: "\(offsets) are not a begin and an end")
    }
    guard offsets[1] - offsets[0] == needed else {
      throw SafetensorsHeader.FieldFailure(
        field: "data_offsets of \"\(name)\"",
        reason:
          "\(offsets) span \(offsets[1] - offsets[0]) bytes, \(elementType.rawValue)\(shape) needs \(needed)")
    }
    return .init(name: name, elementType: elementType, shape: shape, byteRange: offsets[0]..<offsets[1])
  }
}
