/// Statements and blocks.
extension Parser {
  func parseStatements(until isEnd: (Token.Kind) -> Bool) throws(Diagnostic) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while current.kind == .newline || current.kind == .semicolon { advance() }
      if isEnd(current.kind) { return statements }
      let statement = try parseStatement()
      statements.append(try endStatement(statement, isEnd))
    }
  }

  /// Requires the end of a statement after one, and notices the `;` that hides a result.
  private func endStatement(
    _ statement: Statement, _ isEnd: (Token.Kind) -> Bool
  ) throws(Diagnostic) -> Statement {
    switch current.kind {
    case .newline: return statement
    case .semicolon:
      guard case .expression(let value, _) = statement.kind else { return statement }
      return Statement(kind: .expression(value, isHidden: true), span: statement.span)
    case .end: return statement
    default:
      if isEnd(current.kind) { return statement }
      throw afterStatement(statement)
    }
  }

  func parseStatement() throws(Diagnostic) -> Statement {
    let start = current.span
    let documentation = documentation[index] ?? ""
    let kind = try nested { () throws(Diagnostic) -> Statement.Kind in
      switch current.kind {
      case .keyword(let keyword): return try parseKeywordStatement(keyword, documentation)
      case .name(let name):
        if let kind = try parseNamedStatement(name, documentation) { return kind }
        return try parseSimpleStatement()
      default: return try parseSimpleStatement()
      }
    }
    return Statement(kind: kind, span: start.through(previousSpan))
  }

  private func parseKeywordStatement(
    _ keyword: Keyword, _ documentation: String
  ) throws(Diagnostic) -> Statement.Kind {
    switch keyword {
    case .def: return .function(try parseFunction(documentation))
    case .if: return try parseIf()
    case .while: return try parseWhile()
    case .for: return try parseFor()
    case .with: return try parseWith()
    case .try: return try parseTry()
    case .assert: return try parseAssert()
    case .del: return try parseDelete()
    case .import: return try parseImport()
    case .const: return try parseConst()
    case .return: return try parseReturn()
    case .break:
      advance()
      return .breakLoop
    case .continue:
      advance()
      return .continueLoop
    case .elif, .else, .catch: throw strayClause(keyword)
    default: return try parseSimpleStatement()
    }
  }

  /// `model` and `test` are names elsewhere; what follows them tells.
  private func parseNamedStatement(
    _ name: String, _ documentation: String
  ) throws(Diagnostic) -> Statement.Kind? {
    let next = peekNext().kind
    if name == "model", case .name = next { return .model(try parseModel(documentation)) }
    if name == "test", case .string(let title) = next {
      let start = advance().span
      advance()
      let body = try parseBlock(of: "test")
      let syntax = FunctionSyntax(
        name: "test \"\(title)\"", parameters: [], body: body, span: start.through(previousSpan),
        nameSpan: start,
        documentation: "")
      return .test(name: title, syntax)
    }
    try rejectForeignStatement(name, next)
    return nil
  }

  private func parseSimpleStatement() throws(Diagnostic) -> Statement.Kind {
    try rejectLeadingSign()
    let value = try parseTupleOrExpression()
    if isAt(.assign) { return try parseAssignment(value) }
    if case .symbol(let symbol) = current.kind, let op = Infix.ofAssignment(symbol) {
      advance()
      skipNewlines()
      let target = try target(from: value)
      if case .tuple(_, _, let span) = target {
        throw wrong("E0107", "a tuple cannot be the target of `\(symbol.rawValue)`", at: span)
      }
      return .augmented(target, op, try parseTupleOrExpression())
    }
    return .expression(value, isHidden: false)
  }

  private func parseAssignment(_ first: Expression) throws(Diagnostic) -> Statement.Kind {
    var targets = [try target(from: first)]
    while true {
      try expect(.assign, "to assign")
      skipNewlines()
      let value = try parseTupleOrExpression()
      guard isAt(.assign) else { return .assign(targets, value) }
      targets.append(try target(from: value))
    }
  }

  /// The assignable form of an expression.
  func target(from value: Expression) throws(Diagnostic) -> Target {
    switch value.kind {
    case .name(let name): return .name(name, value.span)
    case .attribute(let object, let name, _): return .attribute(object, name, value.span)
    case .index(let object, let items): return .index(object, items, value.span)
    case .tuple(let elements), .list(let elements):
      let stars = elements.indices.filter { elements[$0].isSpread }
      if stars.count > 1 { throw wrong("E0107", "only one target may have a `*`", at: value.span) }
      var targets: [Target] = []
      for element in elements { targets.append(try target(from: element.value)) }
      return .tuple(targets, rest: stars.first, value.span)
    default:
      throw wrong(
        "E0107", "this cannot be assigned to", at: value.span,
        help: isComparison(value)
          ? "`==` compares, `=` assigns" : "assign to a name, an attribute or an element")
    }
  }

  private func isComparison(_ value: Expression) -> Bool {
    if case .comparison = value.kind { true } else { false }
  }

  // MARK: Blocks

  /// `{ statements }` after the header of `keyword`.
  func parseBlock(of keyword: String) throws(Diagnostic) -> [Statement] {
    if case .newline = current.kind, startsBlockAfterNewlines { skipNewlines() }
    guard isAt(.leftBrace) else { throw missingBlock(of: keyword) }
    let open = advanceIntoBlock()
    return try within(blankNewlines: false) { () throws(Diagnostic) in
      let statements = try parseStatements { kind in
        if case .end = kind { return true }
        return kind == .symbol(.rightBrace)
      }
      guard accept(.rightBrace) else {
        var diagnostic = unexpected("expected `}` to close the block")
        diagnostic.notes.append(file.note("the block begins here", at: open))
        throw diagnostic
      }
      return statements
    }
  }

  private var startsBlockAfterNewlines: Bool {
    var place = index
    while case .newline = tokens[place].kind { place += 1 }
    return tokens[place].kind == .symbol(.leftBrace)
  }

  private func parseIf() throws(Diagnostic) -> Statement.Kind {
    var branches: [(test: Expression, body: [Statement])] = []
    var keyword = "if"
    repeat {
      advance()
      let test = try parseCondition()
      branches.append((test, try parseBlock(of: keyword)))
      keyword = "elif"
    } while isAt(.elif)
    guard isAt(.else) else { return .conditional(branches, otherwise: nil) }
    advance()
    try rejectElseIf()
    return .conditional(branches, otherwise: try parseBlock(of: "else"))
  }

  private func parseCondition() throws(Diagnostic) -> Expression {
    let test = try parseExpression()
    if isAt(.assign) {
      throw wrong(
        "E0112", "`=` assigns; a condition compares with `==`", at: current.span, help: "write `==`")
    }
    return test
  }

  private func parseWhile() throws(Diagnostic) -> Statement.Kind {
    advance()
    let test = try parseCondition()
    return .whileLoop(test, try parseBlock(of: "while"))
  }

  private func parseFor() throws(Diagnostic) -> Statement.Kind {
    advance()
    try rejectCStyleFor()
    let target = try parseLoopTarget()
    guard accept(.in) else { throw unexpected("expected `in`", help: "write for x in xs { … }") }
    let source = try parseTupleOrExpression()
    return .forLoop(target, source, try parseBlock(of: "for"))
  }

  private func parseWith() throws(Diagnostic) -> Statement.Kind {
    advance()
    var scopes: [Statement.Scope] = []
    repeat {
      skipNewlinesAfterComma(scopes.isEmpty)
      let value = try parseExpression()
      var name: Target?
      if case .name("as") = current.kind {
        advance()
        name = try target(from: try parseExpression(.power))
      }
      scopes.append(Statement.Scope(value: value, name: name))
    } while accept(.comma)
    return .with(scopes, try parseBlock(of: "with"))
  }

  private func skipNewlinesAfterComma(_ isFirst: Bool) {
    if !isFirst { skipNewlines() }
  }

  private func parseTry() throws(Diagnostic) -> Statement.Kind {
    advance()
    let body = try parseBlock(of: "try")
    guard accept(.catch) else { throw missingCatch() }
    var name: (String, Span)?
    if case .name = current.kind {
      let found = try expectName("the caught error")
      name = (found.text, found.span)
    }
    return .tryCatch(body, name: name, try parseBlock(of: "catch"))
  }

  // MARK: Small statements

  private func parseReturn() throws(Diagnostic) -> Statement.Kind {
    advance()
    switch current.kind {
    case .newline, .semicolon, .end, .symbol(.rightBrace): return .returning(nil)
    default: return .returning(try parseTupleOrExpression())
    }
  }

  private func parseAssert() throws(Diagnostic) -> Statement.Kind {
    advance()
    let test = try parseCondition()
    guard accept(.comma) else { return .assertion(test, message: nil) }
    skipNewlines()
    return .assertion(test, message: try parseExpression())
  }

  private func parseDelete() throws(Diagnostic) -> Statement.Kind {
    advance()
    let value = try parseTupleOrExpression()
    if case .call = value.kind {
      throw wrong(
        "E0107", "this cannot be deleted", at: value.span,
        help: "delete a name or an element: del x, del x[0]")
    }
    let target = try target(from: value)
    if case .tuple(let targets, _, _) = target { return .delete(targets) }
    return .delete([target])
  }

  private func parseConst() throws(Diagnostic) -> Statement.Kind {
    advance()
    let (name, span) = try expectName("a constant")
    try expect(.assign, "and the constant's value")
    skipNewlines()
    return .constant(name, span, try parseTupleOrExpression())
  }

  private func parseImport() throws(Diagnostic) -> Statement.Kind {
    let start = advance().span
    let (name, span) = try expectName("the import")
    guard case .name("from") = current.kind else { throw foreignImport(name, start.through(span)) }
    advance()
    guard case .string(let path) = current.kind else {
      throw unexpected("expected a file in quotes", help: "write import \(name) from \"\(name).tes\"")
    }
    let pathSpan = advance().span
    return .importing(name: name, path: path, pathSpan)
  }
}
