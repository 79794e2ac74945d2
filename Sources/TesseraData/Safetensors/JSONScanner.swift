/// A strict pull parser for the JSON subset of a safetensors header.
///
/// It builds no tree, so the memory a header takes is that of the entries read from it, and it tells the
/// caller each key as it comes, so that duplicates are seen.
struct JSONScanner {
  private let bytes: [UInt8]
  private(set) var position = 0

  /// What is wrong, and at which byte of the header.
  struct Failure: Error, Equatable {
    let reason: String
    let position: Int
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func failure(_ reason: String) -> Failure {
    Failure(reason: reason, position: position)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw failure("lacks \"\(character)\"") }
  }

  /// Fails unless only white space is left.
  mutating func expectEnd() throws {
    skipSpace()
    guard position == bytes.count else { throw failure("goes on after its last brace") }
  }

  /// Reads an object, calling `member` with each key; it must consume the value.
  mutating func object(_ member: (inout JSONScanner, String) throws -> Void) throws {
    try expect("{")
    guard !take("}") else { return }
    var keys = Set<String>()
    repeat {
      let key = try string()
      guard keys.insert(key).inserted else { throw failure("has the key \"\(key)\" twice") }
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Reads an array of at most `limit` non-negative integers.
  mutating func integers(atMost limit: Int) throws -> [Int] {
    try expect("[")
    guard !take("]") else { return [] }
    var values: [Int] = []
    repeat {
      guard values.count < limit else { throw failure("has more than \(limit) numbers in a list") }
      values.append(try integer())
    } while take(",")
    try expect("]")
    return values
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, let digit = decimalDigit(bytes[position]) {
      let (tens, overflowTens) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowSum) = tens.addingReportingOverflow(digit)
      guard !overflowTens, !overflowSum else { throw failure("has a number beyond 64 bits") }
      value = sum
      position += 1
    }
    guard position > start else { throw failure("lacks a non-negative integer") }
    guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw failure("has a number with a leading zero")
    }
    return value
  }

  private func decimalDigit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}

extension JSONScanner {
  /// Reads a string, with its escapes resolved.
  mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw failure("ends inside a string") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure("has bad UTF-8 in a string")
        }
        return string
      case UInt8(ascii: "\\"): try text.append(contentsOf: escape())
      case 0..<0x20: throw failure("has a control character in a string")
      default: text.append(byte)
      }
    }
  }

  /// The UTF-8 of the escape whose backslash has been read.
  private mutating func escape() throws -> [UInt8] {
    guard position < bytes.count else { throw failure("ends inside a string") }
    let code = bytes[position]
    position += 1
    switch code {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [code]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("has an unknown escape in a string")
    }
  }

  /// `\uXXXX`, or two of them for a scalar beyond the first plane.
  private mutating func unicodeEscape() throws -> [UInt8] {
    var code = try fourHexDigits()
    if (0xD800..<0xDC00).contains(code) {
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw failure("has half a surrogate pair in a string") }
      position += 2
      let low = try fourHexDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw failure("has half a surrogate pair in a string") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("has half a surrogate pair in a string") }
    return Array(String(scalar).utf8)
  }

  private mutating func fourHexDigits() throws -> UInt32 {
    guard position + 4 <= bytes.count else { throw failure("ends inside a string") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("has a bad \\u escape in a string")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
