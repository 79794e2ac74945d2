/// What begins an operand: literals, names, brackets, maps.
extension Parser {
  func parsePrimary() throws(Diagnostic) -> Expression {
    let token = current
    switch token.kind {
    case .int(let value): return try literal(.int(value))
    case .float(let value): return try literal(.float(value))
    case .string: return try parseStrings()
    case .formatted: return try parseStrings()
    case .keyword(.none): return try literal(.none)
    case .keyword(.true): return try literal(.bool(true))
    case .keyword(.false): return try literal(.bool(false))
    case .symbol(.ellipsis): return try literal(.ellipsis)
    case .name(let name):
      try rejectLambda(name)
      return try literal(.name(name))
    case .symbol(.leftParenthesis): return try parseParentheses()
    case .symbol(.leftBracket): return try parseList()
    case .symbol(.leftBrace): return try parseMap()
    default: throw notAnExpression()
    }
  }

  private func literal(_ kind: Expression.Kind) throws(Diagnostic) -> Expression {
    try make(kind, advance().span)
  }

  /// One or more string literals side by side, which join.
  private func parseStrings() throws(Diagnostic) -> Expression {
    let start = current.span
    var parts: [Expression.FormattedPart] = []
    var isFormatted = false
    while true {
      if case .string(let text) = current.kind {
        parts.append(.text(text))
      } else if case .formatted(let pieces) = current.kind {
        isFormatted = true
        parts += try parsePieces(pieces)
      } else {
        break
      }
      advance()
    }
    let span = start.through(previousSpan)
    if isFormatted { return try make(.formatted(parts), span, children: parts.flatMap(\.expressions)) }
    let text = parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    return try make(.string(text), span)
  }

  private func parsePieces(_ pieces: [FormattedPiece]) throws(Diagnostic) -> [Expression.FormattedPart] {
    var parts: [Expression.FormattedPart] = []
    for piece in pieces {
      switch piece.content {
      case .text(let text): parts.append(.text(text))
      case .expression(let formatted):
        if let label = formatted.label { parts.append(.text(label)) }
        let value = try parseFragment(formatted.tokens)
        let spec = try parsePieces(formatted.spec)
        // `f"{x=}"` shows a value as code would, unless a format was asked for.
        let isRepr = formatted.isRepr || (formatted.label != nil && spec.isEmpty)
        parts.append(.value(value, isRepr: isRepr, spec: spec))
      }
    }
    return parts
  }

  private func parseFragment(_ tokens: [Token]) throws(Diagnostic) -> Expression {
    let parser = Parser(file, tokens: tokens, documentation: [:], isFragment: true, nesting: nestingDepth + 1)
    let value = try parser.parseTupleOrExpression()
    guard case .end = parser.current.kind else {
      throw parser.wrong(
        "E0106",
        "`\(parser.shown(parser.current).filter { $0 != "`" })` does not belong in an f-string's braces",
        at: parser.current.span, help: "braces hold one expression, then `:` and a format")
    }
    return value
  }

  private func parseParentheses() throws(Diagnostic) -> Expression {
    let open = advance().span
    let result = try within(blankNewlines: true) { () throws(Diagnostic) -> Expression in
      if isAt(.rightParenthesis) { return try make(.tuple([]), open) }
      let value = try parseTupleOrExpression()
      if isAt(.for) {
        let clauses = try parseClauses()
        return try make(.listComprehension(value, clauses), open.through(previousSpan), value)
      }
      try rejectAssignmentInExpression()
      guard isAt(.rightParenthesis) else { throw missingComma("`)`") }
      return value
    }
    try expect(.rightParenthesis, "to close the parenthesis")
    return Expression(result.kind, open.through(previousSpan), depth: result.depth)
  }

  /// `a`, or a tuple: `a,` or `a, *b`.
  func parseTupleOrExpression() throws(Diagnostic) -> Expression {
    let start = current.span
    let first = try parseElement()
    guard isAt(.comma) || first.isSpread else { return first.value }
    var elements = [first]
    while accept(.comma) {
      if endsTuple { break }
      elements.append(try parseElement())
    }
    return try make(.tuple(elements), start.through(previousSpan), children: elements.map(\.value))
  }

  /// A trailing comma makes a tuple: what follows it then ends the expression.
  ///
  /// At a line's end the comma continues.
  private var endsTuple: Bool {
    if case .newline = current.kind { skipNewlines() }
    switch current.kind {
    case .symbol(.rightParenthesis), .symbol(.assign), .symbol(.rightBracket), .symbol(.rightBrace),
      .semicolon:
      return true
    case .end: return isFragment
    default: return false
    }
  }

  private func parseElement() throws(Diagnostic) -> Expression.Element {
    let isSpread = accept(.times)
    return Expression.Element(value: try parseExpression(), isSpread: isSpread)
  }

  private func parseList() throws(Diagnostic) -> Expression {
    let open = advance().span
    let result = try within(blankNewlines: true) { () throws(Diagnostic) -> Expression in
      var elements: [Expression.Element] = []
      while !isAt(.rightBracket) {
        elements.append(try parseElement())
        if elements.count == 1, !elements[0].isSpread, isAt(.for) {
          let clauses = try parseClauses()
          return try make(.listComprehension(elements[0].value, clauses), open, elements[0].value)
        }
        if !accept(.comma) { break }
      }
      return try make(.list(elements), open, children: elements.map(\.value))
    }
    guard within({ isAt(.rightBracket) }) else { throw missingComma("`]` to close the list") }
    let end = within { advance().span }
    return Expression(result.kind, open.through(end), depth: result.depth)
  }

  private func within<T>(_ body: () -> T) -> T {
    skipNewlinesInBrackets()
    return body()
  }

  private func skipNewlinesInBrackets() { skipNewlines() }

  private func parseMap() throws(Diagnostic) -> Expression {
    let open = advance().span
    let result = try within(blankNewlines: true) { () throws(Diagnostic) -> Expression in
      var entries: [(key: Expression, value: Expression)] = []
      while !isAt(.rightBrace) {
        let key = try parseExpression()
        guard isAt(.colon) else {
          throw unexpected("expected `:` after a map's key", help: "a map is {key: value}; there are no sets")
        }
        advance()
        let value = try parseExpression()
        entries.append((key, value))
        if entries.count == 1, isAt(.for) {
          let clauses = try parseClauses()
          return try make(.mapComprehension(key, value, clauses), open, key, value)
        }
        if !accept(.comma) { break }
      }
      return try make(.map(entries), open, children: entries.flatMap { [$0.key, $0.value] })
    }
    guard within({ isAt(.rightBrace) }) else { throw missingComma("`}` to close the map") }
    let end = within { advance().span }
    return Expression(result.kind, open.through(end), depth: result.depth)
  }

  /// The clauses of a comprehension: `for x in xs if c for y in ys`.
  func parseClauses() throws(Diagnostic) -> [Expression.Clause] {
    var clauses: [Expression.Clause] = []
    while accept(.for) {
      let target = try parseLoopTarget()
      guard accept(.in) else { throw unexpected("expected `in`") }
      let source = try parseExpression(.or)
      var conditions: [Expression] = []
      while accept(.if) { conditions.append(try parseExpression(.or)) }
      clauses.append(Expression.Clause(target: target, source: source, conditions: conditions))
    }
    return clauses
  }

  /// The names of `for a, (b, c) in …`; operands only, since `in` ends them.
  func parseLoopTarget() throws(Diagnostic) -> Target {
    let start = current.span
    var elements: [Expression.Element] = []
    var hasComma = false
    repeat {
      if isAt(.in) { break }
      let isSpread = accept(.times)
      elements.append(.init(value: try parseExpression(.bitOr), isSpread: isSpread))
      hasComma = hasComma || isAt(.comma)
    } while accept(.comma)
    guard let first = elements.first else { throw unexpected("expected a name after `for`") }
    if !hasComma, !first.isSpread { return try target(from: first.value) }
    return try target(
      from: try make(.tuple(elements), start.through(previousSpan), children: elements.map(\.value)))
  }
}

extension Expression.FormattedPart {
  var expressions: [Expression] {
    guard case .value(let value, _, let spec) = self else { return [] }
    return [value] + spec.flatMap(\.expressions)
  }
}
