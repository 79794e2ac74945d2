/// Expressions: operators by the precedence table, then what follows and begins an operand.
extension Parser {
  func parseExpression(_ lowest: Precedence = .conditional) throws(Diagnostic) -> Expression {
    try nested { () throws(Diagnostic) in
      var left = try parsePrefix(lowest)
      while let infix = currentInfix(), infix.precedence >= lowest {
        left = try parseInfix(infix, after: left)
      }
      return left
    }
  }

  private func currentInfix() -> Infix? {
    switch current.kind {
    case .symbol(let symbol): return Infix.of(symbol)
    case .keyword(.and): return .and
    case .keyword(.or): return .or
    case .keyword(.if): return .conditional
    case .keyword(.in): return .comparison(.contains(negated: false))
    case .keyword(.is):
      return .comparison(.identity(negated: peekNext().kind == .keyword(.not)))
    case .keyword(.not):
      return peekNext().kind == .keyword(.in) ? .comparison(.contains(negated: true)) : nil
    default: return nil
    }
  }

  private func parseInfix(_ infix: Infix, after left: Expression) throws(Diagnostic) -> Expression {
    switch infix {
    case .conditional: return try parseConditional(then: left)
    case .comparison: return try parseComparison(after: left)
    case .and, .or:
      advance()
      skipNewlines()
      let right = try parseExpression(infix.precedence.tighter)
      let kind: Expression.Kind = infix.precedence == .and ? .and(left, right) : .or(left, right)
      return try make(kind, left.span.through(right.span), left, right)
    case .binary(let op, let precedence):
      try rejectIncrement(after: left)
      advance()
      skipNewlines()
      // `**` binds to the right, and its exponent may have a sign: 2 ** -1.
      let right = try parseExpression(precedence == .power ? .unary : precedence.tighter)
      return try make(.binary(op, left, right), left.span.through(right.span), left, right)
    }
  }

  private func parseConditional(then left: Expression) throws(Diagnostic) -> Expression {
    advance()
    skipNewlines()
    let test = try parseExpression(.or)
    guard accept(.else) else { throw unexpected("expected `else`: a conditional is `a if c else b`") }
    skipNewlines()
    let otherwise = try parseExpression(.conditional)
    return try make(
      .conditional(test: test, then: left, otherwise: otherwise), left.span.through(otherwise.span), left,
      test,
      otherwise)
  }

  private func parseComparison(after first: Expression) throws(Diagnostic) -> Expression {
    var rest: [(Comparison, Expression)] = []
    while case .comparison(let comparison)? = currentInfix() {
      if advanceComparison(comparison) { advance() }
      skipNewlines()
      rest.append((comparison, try parseExpression(.bitOr)))
    }
    let last = rest[rest.count - 1].1
    return try make(
      .comparison(first, rest), first.span.through(last.span), children: [first] + rest.map(\.1))
  }

  /// Consumes the first word; true where a second one belongs to the operator: `not in`, `is not`.
  private func advanceComparison(_ comparison: Comparison) -> Bool {
    advance()
    switch comparison {
    case .contains(let negated), .identity(let negated): return negated
    case .relation: return false
    }
  }

  private func parsePrefix(_ lowest: Precedence) throws(Diagnostic) -> Expression {
    let token = current
    switch token.kind {
    case .keyword(.not):
      advance()
      let operand = try parseExpression(.not)
      return try make(.not(operand), token.span.through(operand.span), operand)
    case .symbol(.minus): return try parseUnary(.negate)
    case .symbol(.plus): return try parseUnary(.plus)
    case .symbol(.tilde): return try parseUnary(.invert)
    case .keyword(.fn): return try parseLambda()
    default: return try parsePostfix(parsePrimary())
    }
  }

  private func parseUnary(_ op: UnaryOperator) throws(Diagnostic) -> Expression {
    let token = advance()
    // The smallest integer has no positive counterpart, so its sign belongs to the literal's value.
    let operand = try parseExpression(.unary)
    let span = token.span.through(operand.span)
    if op == .negate, case .int(let value) = operand.kind { return try make(.int(-value), span) }
    if op == .negate, case .float(let value) = operand.kind { return try make(.float(-value), span) }
    return try make(.unary(op, operand), span, operand)
  }

  private func parseLambda() throws(Diagnostic) -> Expression {
    let start = advance().span
    let parameters = try parseParameters()
    guard isAt(.arrow) else {
      throw unexpected("expected `=>`", help: "write fn(x) => x * 2, or a def for more than one expression")
    }
    advance()
    skipNewlines()
    let value = try parseExpression()
    let body = Statement(kind: .returning(value), span: value.span)
    let syntax = FunctionSyntax(
      name: "fn", parameters: parameters, body: [body], span: start.through(value.span), nameSpan: start,
      documentation: "")
    return try make(.function(syntax), syntax.span, children: [value] + parameters.compactMap(\.defaultValue))
  }

  // MARK: What follows an operand

  private func parsePostfix(_ first: Expression) throws(Diagnostic) -> Expression {
    var result = first
    while true {
      switch current.kind {
      case .symbol(.leftParenthesis): result = try parseCall(result)
      case .symbol(.leftBracket): result = try parseIndex(result)
      case .symbol(.dot):
        advance()
        skipNewlines()
        let (name, span) = try parseAttributeName()
        result = try make(.attribute(result, name, span), result.span.through(span), result)
      default: return result
      }
    }
  }

  /// An attribute may be a keyword elsewhere: `x.is`, `report.from`.
  private func parseAttributeName() throws(Diagnostic) -> (String, Span) {
    if case .keyword(let word) = current.kind { return (word.rawValue, advance().span) }
    if case .int(let number) = current.kind {
      throw wrong(
        "E0101", "an attribute is a name, not \(number)", at: current.span,
        help: "an element of a list is written [\(number)]")
    }
    let (name, span) = try expectName("an attribute")
    return (name, span)
  }

  private func parseCall(_ callee: Expression) throws(Diagnostic) -> Expression {
    advance()
    let arguments = try within(blankNewlines: true) { () throws(Diagnostic) in
      var arguments: [Expression.Argument] = []
      while !isAt(.rightParenthesis) {
        let argument = try parseArgument(after: arguments)
        // `f(x for x in xs)` hands over a list.
        if arguments.isEmpty, case .positional = argument.form, isAt(.for) {
          arguments = [try parseGeneratorArgument(argument)]
          break
        }
        arguments.append(argument)
        if !accept(.comma) { break }
      }
      guard isAt(.rightParenthesis) else { throw missingComma("`)` to close the call") }
      return arguments
    }
    let end = advance().span
    return try make(
      .call(callee, arguments), callee.span.through(end), children: [callee] + arguments.map(\.value))
  }

  private func parseGeneratorArgument(_ argument: Expression.Argument) throws(Diagnostic)
    -> Expression.Argument
  {
    let clauses = try parseClauses()
    let list = try make(
      .listComprehension(argument.value, clauses), argument.span.through(previousSpan), argument.value)
    return Expression.Argument(form: .positional, value: list, span: list.span)
  }

  private func parseArgument(after earlier: [Expression.Argument]) throws(Diagnostic) -> Expression.Argument {
    let start = current.span
    var form = Expression.Argument.Form.positional
    if accept(.times) {
      form = .spread
    } else if accept(.power) {
      form = .namedSpread
    } else if case .name(let name) = current.kind, peekNext().kind == .symbol(.assign) {
      advance()
      advance()
      form = .named(name)
      if earlier.contains(where: { $0.form == form }) {
        throw wrong("E0108", "`\(name)=` is given twice", at: start)
      }
    }
    let value = try parseExpression()
    if case .positional = form, let last = earlier.last {
      if case .named(let name) = last.form {
        throw wrong(
          "E0108", "an argument by place follows `\(name)=`", at: value.span,
          help: "put the arguments by name last")
      }
    }
    try rejectAssignmentInExpression()
    return Expression.Argument(form: form, value: value, span: start.through(value.span))
  }

  private func parseIndex(_ object: Expression) throws(Diagnostic) -> Expression {
    let open = advance().span
    let items = try within(blankNewlines: true) { () throws(Diagnostic) in
      var items: [Expression.Subscript] = []
      var hasComma = false
      while !isAt(.rightBracket) {
        items.append(try parseSubscript())
        guard accept(.comma) else { break }
        hasComma = true
      }
      guard isAt(.rightBracket) else { throw missingComma("`]` to close the index") }
      if items.isEmpty { throw wrong("E0101", "an index cannot be empty", at: open.through(current.span)) }
      // `x[0,]` is an index by a tuple of one.
      if hasComma, items.count == 1, case .value(let only) = items[0] {
        let tuple = try make(.tuple([.init(value: only, isSpread: false)]), only.span, only)
        items = [.value(tuple)]
      }
      return items
    }
    let end = advance().span
    return try make(
      .index(object, items), object.span.through(end), children: [object] + items.flatMap(\.expressions))
  }

  private func parseSubscript() throws(Diagnostic) -> Expression.Subscript {
    var start: Expression?
    if !isAt(.colon) {
      let value = try parseExpression()
      guard isAt(.colon) else { return .value(value) }
      start = value
    }
    advance()
    let stop = try parseSliceBound()
    var step: Expression?
    if accept(.colon) { step = try parseSliceBound() }
    return .slice(start: start, stop: stop, step: step)
  }

  private func parseSliceBound() throws(Diagnostic) -> Expression? {
    if isAt(.colon) || isAt(.comma) || isAt(.rightBracket) { return nil }
    return try parseExpression()
  }
}

extension Expression.Subscript {
  var expressions: [Expression] {
    switch self {
    case .value(let value): [value]
    case .slice(let start, let stop, let step): [start, stop, step].compactMap { $0 }
    }
  }
}
