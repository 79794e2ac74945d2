/// A line of a program as the formatter sees it.
struct SourceLine {
  var pieces: [Piece] = []
  /// The comment that ends the line, with its sign.
  var comment: String?
  /// Where the comment began, in characters.
  var commentColumn = 0
  var blankLinesBefore = 0
  /// Whether the line goes on what an operator or comma before it left open.
  var isContinuation = false
}

/// A token with the part it plays in the spacing of its line.
struct Piece {
  enum Role {
    /// Blanks on both sides: operands, keywords, operators between two operands.
    case word
    /// No blanks on either side: `.`, the `:` of a slice, the `=` of an argument.
    case tight
    /// No blank after: `(`, `[` and `{` that begin a value, and operators before an operand.
    case open, prefix
    /// No blanks on either side: `(` and `[` after what is called or indexed.
    case openTight
    /// No blank before: `)`, `]` and `}`; `,`, `;` and the `:` of a map.
    case close, suffix
    case blockOpen, blockClose
  }

  let text: String
  let role: Role

  var opens: Bool { role == .open || role == .openTight || role == .blockOpen }
  var closes: Bool { role == .close || role == .blockClose }
}

/// A program's tokens and comments, line by line.
struct SourceLines {
  private let file: SourceFile
  private var roles: Roles
  private(set) var lines: [SourceLine] = []
  private var line = SourceLine()
  private var blankLines = 0
  /// Where what was read last ended.
  private var end = 0
  private var lineStart = 0

  init(_ file: SourceFile, tokens: [Token], blockStarts: Set<Int>) {
    self.file = file
    roles = Roles(blockStarts)
    // A byte order mark is no part of the program.
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { end = 3 }
    for token in tokens { add(token) }
  }

  private mutating func add(_ token: Token) {
    readComment(before: token.span.start)
    end = token.span.end
    switch token.kind {
    case .newline:
      finishLine()
      lineStart = token.span.end
    case .end: finishLine()
    default:
      if line.pieces.isEmpty { line.isContinuation = roles.beginLine() }
      line.pieces.append(Piece(text: file.text(token.span), role: roles.role(of: token)))
    }
  }

  /// What stands between two tokens is blank or one comment.
  private mutating func readComment(before start: Int) {
    guard end < start, let sign = file.bytes[end..<start].firstIndex(of: UInt8(ascii: "#")) else { return }
    var text = Substring(file.text(Span(start: sign, end: start)))
    while text.last?.isWhitespace ?? false { text.removeLast() }
    line.comment = String(text)
    line.commentColumn = file.text(Span(start: min(lineStart, sign), end: sign)).count
  }

  private mutating func finishLine() {
    defer { line = SourceLine() }
    guard !line.pieces.isEmpty || line.comment != nil else {
      blankLines += 1
      return
    }
    line.blankLinesBefore = blankLines
    blankLines = 0
    lines.append(line)
  }
}
