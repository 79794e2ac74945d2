/// Names, keywords and the characters they are made of.
extension Lexer {
  func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  /// ASCII letters and `_`; beyond ASCII `scanName` looks at the code point.
  func isNameStart(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  mutating func scanName() throws(Diagnostic) {
    let start = offset
    while offset < limit {
      let byte = file.bytes[offset]
      if byte < 0x80 {
        guard isNameStart(byte) || isDigit(byte) else { break }
        offset += 1
      } else {
        guard let length = lengthOfLetter(at: offset) else { break }
        offset += length
      }
    }
    if offset == start { throw unexpectedCharacter(at: start) }
    let text = file.text(Span(start: start, end: offset))
    if ["f", "r", "F", "R"].contains(text), peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
      let isFormatted = text.lowercased() == "f"
      try isFormatted ? scanFormatted(from: start) : scanString(from: start, isRaw: true)
      return
    }
    append(Keyword(rawValue: text).map { .keyword($0) } ?? .name(text), from: start)
  }

  /// The number of bytes of the letter, mark or digit at `place`; nil where there is none.
  private func lengthOfLetter(at place: Int) -> Int? {
    guard let scalar = scalar(at: place) else { return nil }
    let properties = scalar.properties
    guard properties.isXIDContinue else { return nil }
    return scalar.utf8.count
  }

  func scalar(at place: Int) -> Unicode.Scalar? {
    let end = min(place + 4, limit)
    return String(decoding: file.bytes[place..<end], as: UTF8.self).unicodeScalars.first
  }

  /// The wide forms an input method types, and what was meant.
  private static let wideForms: [Character: String] = [
    "，": ",", "。": ".", "：": ":", "；": ";", "（": "(", "）": ")", "【": "[", "】": "]", "“": "\"", "”": "\"",
    "‘": "'", "’": "'", "！": "!", "＝": "=", "－": "-", "＋": "+", "×": "*", "÷": "/", "≤": "<=", "≥": ">=",
    "≠": "!=", "–": "-", "—": "-", "−": "-",
  ]

  func unexpectedCharacter(at start: Int) -> Diagnostic {
    let scalar = scalar(at: start) ?? "?"
    let end = min(limit, start + max(1, scalar.utf8.count))
    let character = Character(scalar)
    if let meant = Self.wideForms[character] {
      return error(
        "E0102", "`\(character)` is not part of the language", from: start, to: end, help: "write `\(meant)`")
    }
    let shown =
      scalar.properties.isWhitespace || scalar.value < 32
      ? "U+\(String(scalar.value, radix: 16))" : "\(character)"
    let help: String? =
      switch character {
      case "$": "names are letters, digits and `_`"
      case "\\": "a line continues inside ( ), [ ] or after an operator; no backslash is needed"
      case "`": "quotes are \" or '"
      default: nil
      }
    return error("E0102", "`\(shown)` is not part of the language", from: start, to: end, help: help)
  }
}
