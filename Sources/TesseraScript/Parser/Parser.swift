/// Tokens to a syntax tree.
///
/// Running out of text is told apart from wrong text: the first may still be finished.
final class Parser {
  let file: SourceFile
  let tokens: [Token]
  let documentation: [Int: String]
  var index = 0
  /// A fragment is an f-string's expression: its end is not the end of the text.
  let isFragment: Bool
  /// Whether newlines are blanks here, as inside ( ), [ ] and maps; blocks push false.
  private var newlinesAreBlank: [Bool] = [false]
  private var nesting = 0
  /// Where the braces of blocks begin, as told from those of maps.
  private(set) var blockStarts: Set<Int> = []

  /// Bounds the recursion of the parser; people stay far below it, generated text may not.
  private static let deepestNesting = 120
  /// Bounds chains such as `a + a + …`, which the compiler walks recursively.
  private static let deepestExpression = 600

  convenience init(_ file: SourceFile) throws(Diagnostic) {
    var lexer = Lexer(file)
    let tokens = try lexer.tokenize()
    self.init(file, tokens: tokens, documentation: lexer.documentation, isFragment: false)
  }

  init(_ file: SourceFile, tokens: [Token], documentation: [Int: String], isFragment: Bool, nesting: Int = 0)
  {
    self.file = file
    self.tokens = tokens
    self.documentation = documentation
    self.isFragment = isFragment
    self.nesting = nesting
    if isFragment { newlinesAreBlank = [true] }
  }

  func parseProgram() throws(Diagnostic) -> [Statement] {
    try parseStatements { if case .end = $0 { true } else { false } }
  }

  // MARK: Tokens

  /// The token at hand, past newlines where they are blank.
  var current: Token {
    if newlinesAreBlank[newlinesAreBlank.count - 1] { skipNewlines() }
    return tokens[index]
  }

  var previousSpan: Span { tokens[max(0, index - 1)].span }

  /// The token after the one at hand.
  func peekNext() -> Token {
    let here = current
    if case .end = here.kind { return here }
    var place = index + 1
    if newlinesAreBlank[newlinesAreBlank.count - 1] {
      while case .newline = tokens[place].kind { place += 1 }
    }
    return tokens[place]
  }

  @discardableResult
  func advance() -> Token {
    let token = current
    if index < tokens.count - 1 { index += 1 }
    return token
  }

  func skipNewlines() {
    while case .newline = tokens[index].kind { index += 1 }
  }

  func isAt(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }
  func isAt(_ keyword: Keyword) -> Bool { current.kind == .keyword(keyword) }

  func accept(_ symbol: Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  func accept(_ keyword: Keyword) -> Bool {
    guard isAt(keyword) else { return false }
    advance()
    return true
  }

  /// Takes the brace at hand as the beginning of a block.
  func advanceIntoBlock() -> Span {
    let brace = advance().span
    blockStarts.insert(brace.start)
    return brace
  }

  @discardableResult
  func expect(_ symbol: Symbol, _ purpose: String) throws(Diagnostic) -> Token {
    guard isAt(symbol) else { throw unexpected("expected `\(symbol.rawValue)` \(purpose)") }
    return advance()
  }

  func expectName(_ purpose: String) throws(Diagnostic) -> (text: String, span: Span) {
    guard case .name(let text) = current.kind else {
      if case .keyword(let word) = current.kind {
        throw wrong("E0101", "`\(word.rawValue)` is a keyword and cannot be \(purpose)", at: current.span)
      }
      throw unexpected("expected a name for \(purpose)")
    }
    return (text, advance().span)
  }

  /// Parses with newlines as blanks (inside brackets) or as statement ends (inside blocks).
  func within<T>(blankNewlines: Bool, _ body: () throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    newlinesAreBlank.append(blankNewlines)
    defer { newlinesAreBlank.removeLast() }
    return try body()
  }

  /// Counts one level of nesting while `body` parses.
  func nested<T>(_ body: () throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Self.deepestNesting { throw tooDeep(at: current.span) }
    return try body()
  }

  var nestingDepth: Int { nesting }

  // MARK: Nodes and errors

  func make(
    _ kind: Expression.Kind, _ span: Span, _ children: Expression...
  ) throws(Diagnostic) -> Expression {
    try make(kind, span, children: children)
  }

  func make(
    _ kind: Expression.Kind, _ span: Span, children: [Expression]
  ) throws(Diagnostic) -> Expression {
    var depth = 0
    for child in children { depth = max(depth, child.depth) }
    if depth >= Self.deepestExpression { throw tooDeep(at: span) }
    return Expression(kind, span, depth: depth + 1)
  }

  private func tooDeep(at span: Span) -> Diagnostic {
    wrong(
      "E0109", "this is nested too deeply", at: Span(start: span.start, end: span.start + 1),
      help: "give parts of it names of their own")
  }

  func wrong(_ code: String, _ title: String, at span: Span, help: String? = nil) -> Diagnostic {
    file.diagnostic(code, .syntax, title, at: span, help: help)
  }

  /// The error at a token that does not fit: unfinished where the text ends, wrong elsewhere.
  func unexpected(_ title: String, help: String? = nil) -> Diagnostic {
    let token = current
    if case .end = token.kind, !isFragment {
      return file.diagnostic("E0100", .incomplete, "the text ends here: \(title)", at: token.span, help: help)
    }
    return wrong("E0101", "\(title), not \(shown(token))", at: token.span, help: help)
  }

  func shown(_ token: Token) -> String {
    switch token.kind {
    case .newline: "the end of the line"
    case .semicolon: "`;`"
    case .end: isFragment ? "the end of the braces" : "the end of the text"
    default: "`\(file.text(token.span))`"
    }
  }
}
