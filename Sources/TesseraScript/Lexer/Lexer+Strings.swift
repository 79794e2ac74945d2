/// String literals and f-strings.
extension Lexer {
  mutating func scanString(from start: Int? = nil, isRaw: Bool = false) throws(Diagnostic) {
    let start = start ?? offset
    let quote = openQuote()
    var text: [UInt8] = []
    while true {
      try requireMore(quote, from: start)
      if closes(quote) { break }
      let byte = file.bytes[offset]
      if byte == UInt8(ascii: "\\"), !isRaw {
        text += try scanEscape()
      } else {
        text.append(byte)
        offset += 1
      }
    }
    append(.string(String(decoding: text, as: UTF8.self)), from: start)
  }

  /// An opening quote: its character, and whether it stands three times.
  struct Quote {
    var byte: UInt8
    var isTriple: Bool
  }

  private mutating func openQuote() -> Quote {
    let byte = peek()
    let isTriple = peek(1) == byte && peek(2) == byte
    offset += isTriple ? 3 : 1
    return Quote(byte: byte, isTriple: isTriple)
  }

  /// Consumes the closing quote where it stands here.
  private mutating func closes(_ quote: Quote) -> Bool {
    guard peek() == quote.byte else { return false }
    if quote.isTriple {
      guard peek(1) == quote.byte, peek(2) == quote.byte else { return false }
      offset += 3
    } else {
      offset += 1
    }
    return true
  }

  /// Fails where the text ends before the string does: unfinished for `"""`, wrong for a string of one line.
  private func requireMore(_ quote: Quote, from start: Int) throws(Diagnostic) {
    if quote.isTriple {
      guard offset >= limit else { return }
      throw error("E0104", "this string is not closed", from: start, kind: .incomplete)
    }
    guard offset >= limit || file.bytes[offset] == UInt8(ascii: "\n") else { return }
    throw error(
      "E0104", "this string is not closed", from: start,
      help: "add the closing \(Character(Unicode.Scalar(quote.byte))), or use \"\"\" for several lines")
  }

  /// The bytes an escape stands for.
  private mutating func scanEscape() throws(Diagnostic) -> [UInt8] {
    let start = offset
    offset += 1
    // At a line's end it joins the next line, which is still to come.
    guard offset < limit else {
      throw error("E0104", "this string is not closed", from: start, kind: .incomplete)
    }
    let byte = file.bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "0"): return [0]
    case UInt8(ascii: "\n"): return []
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      return [byte]
    case UInt8(ascii: "x"): return try scanCodePoint(digits: 2, from: start)
    case UInt8(ascii: "u"): return try scanCodePoint(digits: 4, from: start)
    case UInt8(ascii: "U"): return try scanCodePoint(digits: 8, from: start)
    default:
      throw error(
        "E0105", "`\\\(Character(Unicode.Scalar(byte)))` is not an escape", from: start,
        help: "write `\\\\` for a backslash, or r\"…\" for text without escapes")
    }
  }

  private mutating func scanCodePoint(digits: Int, from start: Int) throws(Diagnostic) -> [UInt8] {
    let end = min(offset + digits, limit)
    let text = file.text(Span(start: offset, end: end))
    guard text.utf8.count == digits, let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value)
    else { throw error("E0105", "this escape needs \(digits) hexadecimal digits", from: start) }
    offset = end
    return Array(String(Character(scalar)).utf8)
  }
}

extension Lexer {
  mutating func scanFormatted(from start: Int) throws(Diagnostic) {
    let quote = openQuote()
    var depth = 0
    let pieces = try scanPieces(quote, from: start, depth: &depth, isSpec: false)
    append(.formatted(pieces), from: start)
  }

  /// How deep f-strings and format specs may stand inside each other.
  private static let deepestNesting = 8

  /// Scans text and braces up to the closing quote, or for a format spec up to its `}`.
  private mutating func scanPieces(
    _ quote: Quote, from start: Int, depth: inout Int, isSpec: Bool
  ) throws(Diagnostic) -> [FormattedPiece] {
    var pieces: [FormattedPiece] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { pieces.append(.init(content: .text(String(decoding: text, as: UTF8.self)))) }
      text = []
    }
    while true {
      try requireMore(quote, from: start)
      let byte = file.bytes[offset]
      if isSpec, byte == UInt8(ascii: "}") { break }
      if !isSpec, closes(quote) { break }
      if byte == UInt8(ascii: "{"), peek(1) != byte || isSpec {
        flush()
        pieces.append(.init(content: .expression(try scanBraces(quote, from: start, depth: &depth))))
      } else if byte == UInt8(ascii: "}"), peek(1) != byte {
        throw error(
          "E0106", "a single `}` in an f-string", from: offset, to: offset + 1, help: "write `}}` for a brace"
        )
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
        text.append(byte)
        offset += 2
      } else if byte == UInt8(ascii: "\\") {
        text += try scanEscape()
      } else {
        text.append(byte)
        offset += 1
      }
    }
    flush()
    return pieces
  }

  /// Scans `{expression=!r:spec}`.
  private mutating func scanBraces(
    _ quote: Quote, from start: Int, depth: inout Int
  ) throws(Diagnostic) -> FormattedPiece.Formatted {
    depth += 1
    defer { depth -= 1 }
    let open = offset
    guard depth <= Self.deepestNesting else {
      throw error("E0109", "f-strings stand too deep inside each other", from: open, to: open + 1)
    }
    offset += 1
    var inner = Lexer(file, from: offset, to: limit)
    try inner.scanExpression(opened: open, quote: quote)
    offset = inner.offset
    var result = FormattedPiece.Formatted(tokens: inner.tokens, label: nil, isRepr: false, spec: [])
    if inner.tokens.count <= 1 {
      throw error(
        "E0106", "an f-string's braces hold no expression", from: open, to: offset + 1,
        help: "write `{{}}` for braces")
    }
    if peek() == UInt8(ascii: "=") {
      offset += 1
      while peek() == UInt8(ascii: " ") { offset += 1 }
      result.label = file.text(Span(start: open + 1, end: offset))
    }
    while peek() == UInt8(ascii: " ") { offset += 1 }
    if peek() == UInt8(ascii: "!") {
      guard [UInt8(ascii: "r"), UInt8(ascii: "s")].contains(peek(1)) else {
        throw error(
          "E0106", "an f-string has no such conversion", from: offset, to: min(offset + 2, limit),
          help: "write `!r` for the text as code, or leave it out",
          kind: offset + 1 >= limit && quote.isTriple ? .incomplete : .syntax)
      }
      result.isRepr = peek(1) == UInt8(ascii: "r")
      offset += 2
    }
    if peek() == UInt8(ascii: ":") {
      offset += 1
      result.spec = try scanPieces(quote, from: start, depth: &depth, isSpec: true)
    }
    guard peek() == UInt8(ascii: "}") else {
      throw error(
        "E0106", "this `{` of an f-string is not closed", from: open, to: open + 1,
        help: "write `{{` for a brace that is text",
        kind: offset >= limit && quote.isTriple ? .incomplete : .syntax)
    }
    offset += 1
    return result
  }

  /// Scans tokens up to the `}`, `:`, `!r` or final `=` that ends an f-string's expression.
  private mutating func scanExpression(opened open: Int, quote: Quote) throws(Diagnostic) {
    var brackets = 0
    while offset < limit, brackets > 0 || !endsExpression(quote) {
      let byte = peek()
      if byte == UInt8(ascii: "\n"), !quote.isTriple { break }
      if byte == UInt8(ascii: "#") {
        throw error("E0106", "a comment cannot stand in an f-string's braces", from: offset, to: offset + 1)
      }
      if [UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{")].contains(byte) { brackets += 1 }
      if [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte) { brackets -= 1 }
      if brackets < 0 { break }
      _ = try scanToken()
    }
    append(.end, from: offset)
  }

  private func endsExpression(_ quote: Quote) -> Bool {
    let next = peek(1)
    switch peek() {
    case UInt8(ascii: "}"), UInt8(ascii: ":"): return true
    case UInt8(ascii: "!"): return next != UInt8(ascii: "=")
    case UInt8(ascii: "="):
      var distance = 1
      while peek(distance) == UInt8(ascii: " ") { distance += 1 }
      return [UInt8(ascii: "}"), UInt8(ascii: ":"), UInt8(ascii: "!")].contains(peek(distance))
        && next != UInt8(ascii: "=")
    default: return false
    }
  }
}
