/// Characters to tokens.
///
/// Newlines are all kept: only the parser knows which braces are maps.
struct Lexer {
  let file: SourceFile
  var offset: Int
  let limit: Int
  private(set) var tokens: [Token] = []
  /// `##` comments by the number of the token they stand before.
  private(set) var documentation: [Int: String] = [:]
  private var pendingDocumentation: [String] = []

  init(_ file: SourceFile) {
    self.init(file, from: 0, to: file.bytes.count)
  }

  init(_ file: SourceFile, from start: Int, to end: Int) {
    self.file = file
    offset = start
    limit = end
  }

  mutating func tokenize() throws(Diagnostic) -> [Token] {
    if offset == 0, file.bytes.starts(with: Array("#!".utf8)) { skipLine() }
    if offset == 0, file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    while try scanToken() {}
    append(.end, from: limit)
    return tokens
  }

  func peek(_ distance: Int = 0) -> UInt8 {
    let place = offset + distance
    return place < limit ? file.bytes[place] : 0
  }

  mutating func append(_ kind: Token.Kind, from start: Int) {
    if kind != .newline, !pendingDocumentation.isEmpty {
      documentation[tokens.count] = pendingDocumentation.joined(separator: "\n")
      pendingDocumentation = []
    }
    tokens.append(Token(kind: kind, span: Span(start: start, end: max(start, offset))))
  }

  private mutating func skipLine() {
    while offset < limit, file.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
  }

  /// Scans one token or a piece of blank; false at the end.
  mutating func scanToken() throws(Diagnostic) -> Bool {
    guard offset < limit else { return false }
    let start = offset
    let byte = file.bytes[offset]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
    case UInt8(ascii: "\n"):
      offset += 1
      append(.newline, from: start)
    case UInt8(ascii: ";"):
      offset += 1
      append(.semicolon, from: start)
    case UInt8(ascii: "#"): scanComment()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
    case UInt8(ascii: "."):
      if isDigit(peek(1)) { try scanNumber() } else { try scanSymbol() }
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try scanString()
    default:
      if isNameStart(byte) { try scanName() } else { try scanSymbol() }
    }
    return true
  }

  private mutating func scanComment() {
    let start = offset
    skipLine()
    let text = file.text(Span(start: start, end: offset))
    guard text.hasPrefix("##") else { return }
    let body = text.drop { $0 == "#" }
    pendingDocumentation.append(String(body.hasPrefix(" ") ? body.dropFirst() : body))
  }

  private mutating func scanSymbol() throws(Diagnostic) {
    let start = offset
    for symbol in Symbol.allCases where matches(symbol.rawValue) {
      offset += symbol.rawValue.utf8.count
      append(.symbol(symbol), from: start)
      return
    }
    throw unexpectedCharacter(at: start)
  }

  private func matches(_ text: String) -> Bool {
    var place = offset
    for byte in text.utf8 {
      guard place < limit, file.bytes[place] == byte else { return false }
      place += 1
    }
    return true
  }

  func error(
    _ code: String, _ title: String, from start: Int, to end: Int? = nil, help: String? = nil,
    kind: Diagnostic.Kind = .syntax
  ) -> Diagnostic {
    file.diagnostic(code, kind, title, at: Span(start: start, end: end ?? offset), help: help)
  }
}
