/// Spellings of other languages, and what to write here.
extension Parser {
  /// Words that begin statements elsewhere, with what is written here.
  private static let foreignStatements: [String: (title: String, help: String)] = [
    "class": ("there are no classes", "write model Name(parameters) { … }"),
    "let": ("assignment needs no `let`", "write name = value"),
    "var": ("assignment needs no `var`", "write name = value"),
    "func": ("functions begin with `def`", "write def name(x) { … }"),
    "function": ("functions begin with `def`", "write def name(x) { … }"),
    "raise": ("errors are raised by a function", "write error(\"what went wrong\")"),
    "throw": ("errors are raised by a function", "write error(\"what went wrong\")"),
    "pass": ("there is no `pass`", "an empty block is { }"),
    "except": ("errors are caught with `catch`", "write try { … } catch e { … }"),
    "finally": ("there is no `finally`", "a `with` block ends also when its body fails"),
    "global": ("there is no `global`", "functions read session variables and return what they make"),
    "nonlocal": (
      "closures read outer names and never rebind them", "return the value, or change a list or map"
    ),
    "from": ("files are imported by name", "write import name from \"file.tes\""),
    "yield": ("there are no generators", "collect a list and return it"),
    "async": ("there is no `async`", "call the function directly"),
    "switch": ("there is no `switch`", "write if … { } elif … { } else { }"),
    "match": ("there is no `match`", "write if … { } elif … { } else { }"),
  ]

  func rejectForeignStatement(_ name: String, _ next: Token.Kind) throws(Diagnostic) {
    guard let entry = Self.foreignStatements[name] else { return }
    switch next {
    case .symbol(.assign), .symbol(.dot), .symbol(.leftParenthesis), .symbol(.comma), .symbol(.leftBracket):
      return
    case .newline, .end, .semicolon: if name != "pass", name != "raise" { return }
    case .symbol(let symbol) where Infix.of(symbol) != nil || Infix.ofAssignment(symbol) != nil: return
    default: break
    }
    throw wrong("E0111", entry.title, at: current.span, help: entry.help)
  }

  func rejectLambda(_ name: String) throws(Diagnostic) {
    guard name == "lambda" else { return }
    switch peekNext().kind {
    case .name, .symbol(.colon), .symbol(.times):
      throw wrong(
        "E0111", "functions without a name begin with `fn`", at: current.span, help: "write fn(x) => x * 2")
    default: return
    }
  }

  func missingBlock(of keyword: String) -> Diagnostic {
    if isAt(.colon) {
      return wrong(
        "E0110", "blocks use { }, not `:`", at: current.span, help: "write \(keyword) … { … }")
    }
    switch current.kind {
    case .name("then"), .name("do"):
      return wrong("E0110", "blocks use { }", at: current.span, help: "write \(keyword) … { … }")
    case .symbol(.andAnd), .symbol(.orOr), .symbol(.bang): return notAnExpression()
    default: return unexpected("expected `{` and the block of `\(keyword)`", help: "write \(keyword) … { … }")
    }
  }

  func notAnExpression() -> Diagnostic {
    switch current.kind {
    case .symbol(.bang):
      return wrong("E0111", "`!` is written `not`", at: current.span, help: "write not x")
    case .symbol(.andAnd):
      return wrong("E0111", "`&&` is written `and`", at: current.span, help: "write a and b")
    case .symbol(.orOr): return wrong("E0111", "`||` is written `or`", at: current.span, help: "write a or b")
    case .keyword(let word):
      return wrong("E0101", "`\(word.rawValue)` cannot begin an expression", at: current.span)
    default: return unexpected("expected an expression")
    }
  }

  func rejectIncrement(after left: Expression) throws(Diagnostic) {
    let next = peekNext()
    let sign = current
    guard sign.kind == .symbol(.plus) || sign.kind == .symbol(.minus), next.kind == sign.kind,
      next.span.start == sign.span.end
    else { return }
    let after = tokens[min(index + 2, tokens.count - 1)].kind
    guard after == .newline || after == .semicolon || after == .end || after == .symbol(.rightBrace) else {
      return
    }
    let text = sign.kind == .symbol(.plus) ? "+" : "-"
    throw wrong(
      "E0111", "there is no `\(text)\(text)`", at: sign.span.through(next.span),
      help: "write \(file.text(left.span)) \(text)= 1")
  }

  func rejectAssignmentInExpression() throws(Diagnostic) {
    guard isAt(.assign) || isAt(.walrus) else { return }
    throw wrong(
      "E0112", "assignment is a statement, not an expression", at: current.span, help: "`==` compares")
  }

  func rejectLeadingSign() throws(Diagnostic) {
    switch current.kind {
    case .symbol(.dot):
      throw wrong(
        "E0113", "a line cannot begin with `.`", at: current.span,
        help: "end the line before with the `.`, or put the chain into ( )")
    case .symbol(.matmul):
      throw wrong(
        "E0111", "there are no decorators", at: current.span, help: "call the function: f = wrap(f)")
    case .symbol(.leftBrace):
      if peekNext().kind == .newline || peekNext().kind == .symbol(.rightBrace) { return }
    case .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace):
      throw wrong("E0101", "\(shown(current)) closes nothing", at: current.span)
    case .symbol(.question):
      throw wrong(
        "E0101", "`?name` is for the prompt", at: current.span,
        help: "in a program read help with ?name at the prompt")
    default: return
    }
  }

  func rejectElseIf() throws(Diagnostic) {
    guard isAt(.if) else { return }
    throw wrong(
      "E0111", "`else if` is written `elif`", at: previousSpan.through(current.span),
      help: "write elif … { … }")
  }

  func rejectCStyleFor() throws(Diagnostic) {
    guard isAt(.leftParenthesis) else { return }
    var place = index
    while place < tokens.count, tokens[place].kind != .newline, tokens[place].kind != .end {
      if tokens[place].kind == .semicolon {
        throw wrong(
          "E0111", "loops walk over values", at: current.span, help: "write for i in range(10) { … }")
      }
      place += 1
    }
  }

  func rejectSelf(_ parameters: [FunctionSyntax.Parameter]) throws(Diagnostic) {
    guard let first = parameters.first, first.name == "self" else { return }
    throw wrong(
      "E0111", "methods do not list `self`", at: first.span, help: "remove it: `self` is always there")
  }

  func rejectReturnType() throws(Diagnostic) {
    guard isAt(.thinArrow) else { return }
    throw wrong("E0111", "result types are not written", at: current.span, help: "remove `->` and the type")
  }

  func rejectAnnotation() throws(Diagnostic) {
    guard isAt(.colon) else { return }
    throw wrong("E0111", "parameter types are not written", at: current.span, help: "remove `:` and the type")
  }

  func strayClause(_ keyword: Keyword) -> Diagnostic {
    wrong(
      "E0101", "`\(keyword.rawValue)` has nothing to belong to", at: current.span,
      help: "it stands on the line of the closing brace: } \(keyword.rawValue) { … }")
  }

  func missingCatch() -> Diagnostic {
    if case .name(let word) = current.kind, word == "except" || word == "finally" {
      return wrong(
        "E0111", "errors are caught with `catch`", at: current.span, help: "write try { … } catch e { … }")
    }
    return unexpected("expected `catch` on the line of the closing brace")
  }

  func foreignImport(_ name: String, _ span: Span) -> Diagnostic {
    if case .end = current.kind { return unexpected("expected `from` and a file") }
    return wrong(
      "E0111", "there are no packages to import", at: span,
      help: "tensors, layers and plots are built in; import \(name) from \"\(name).tes\" reads a file")
  }

  func missingComma(_ closing: String) -> Diagnostic {
    switch current.kind {
    case .symbol(.andAnd), .symbol(.orOr), .symbol(.bang): return notAnExpression()
    default: return unexpected("expected `,` or \(closing)")
    }
  }

  /// What is wrong with what follows a whole statement on its line.
  func afterStatement(_ statement: Statement) -> Diagnostic {
    switch current.kind {
    case .symbol(.andAnd), .symbol(.orOr), .symbol(.bang): return notAnExpression()
    case .symbol(.walrus):
      return wrong("E0111", "`:=` is written `=`", at: current.span, help: "write name = value")
    case .symbol(.colon):
      return wrong(
        "E0111", "a `:` does not belong here", at: current.span, help: "types are not written; blocks use { }"
      )
    case .keyword(.else), .keyword(.elif), .keyword(.catch):
      if case .keyword(let word) = current.kind { return strayClause(word) }
    default: break
    }
    if case .expression(let value, _) = statement.kind, case .name("print") = value.kind {
      return wrong("E0111", "`print` is a function", at: value.span, help: "write print(\(restOfLine))")
    }
    switch current.kind {
    case .symbol(.rightParenthesis), .symbol(.rightBracket):
      return wrong(
        "E0101", "\(shown(current)) closes nothing", at: current.span, help: "remove it, or open it before")
    case .symbol(.question):
      return wrong("E0111", "there is no `? :`", at: current.span, help: "write a if condition else b")
    default: break
    }
    return unexpected("expected the end of the statement", help: "one statement a line, or `;` between two")
  }

  private var restOfLine: String {
    var place = index
    while tokens[place].kind != .newline, tokens[place].kind != .semicolon, tokens[place].kind != .end {
      place += 1
    }
    return file.text(Span(start: tokens[index].span.start, end: tokens[max(index, place - 1)].span.end))
  }
}
