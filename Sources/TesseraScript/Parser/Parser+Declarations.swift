/// `def` and `model`.
extension Parser {
  func parseFunction(_ documentation: String, inModel: Bool = false) throws(Diagnostic) -> FunctionSyntax {
    let start = advance().span
    let (name, nameSpan) = try expectName("the function")
    guard isAt(.leftParenthesis) else { throw unexpected("expected `(` and the function's parameters") }
    let parameters = try parseParameters()
    if inModel { try rejectSelf(parameters) }
    try rejectReturnType()
    let body = try parseBlock(of: "def")
    return FunctionSyntax(
      name: name, parameters: parameters, body: body, span: start.through(previousSpan), nameSpan: nameSpan,
      documentation: documentation)
  }

  /// `(a, b=1, *rest, key=2, **options)`, with `*` alone before parameters that are given by name only.
  func parseParameters() throws(Diagnostic) -> [FunctionSyntax.Parameter] {
    guard isAt(.leftParenthesis) else { throw unexpected("expected `(` and parameters") }
    advance()
    let parameters = try within(blankNewlines: true) { () throws(Diagnostic) in
      var parameters: [FunctionSyntax.Parameter] = []
      var keywordOnly = false
      while !isAt(.rightParenthesis) {
        if isAt(.times), peekNext().kind == .symbol(.comma) {
          advance()
          keywordOnly = true
        } else {
          let parameter = try parseParameter(keywordOnly: keywordOnly, after: parameters)
          keywordOnly = keywordOnly || parameter.kind == .variadic
          parameters.append(parameter)
        }
        if !accept(.comma) { break }
      }
      guard isAt(.rightParenthesis) else { throw missingComma("`)` to close the parameters") }
      return parameters
    }
    advance()
    return parameters
  }

  private func parseParameter(
    keywordOnly: Bool, after earlier: [FunctionSyntax.Parameter]
  ) throws(Diagnostic) -> FunctionSyntax.Parameter {
    var kind: Signature.Kind = keywordOnly ? .keywordOnly : .plain
    if accept(.times) { kind = .variadic } else if accept(.power) { kind = .keywordVariadic }
    let (name, span) = try expectName("a parameter")
    if earlier.contains(where: { $0.name == name }) {
      throw wrong("E0108", "the parameter `\(name)` is listed twice", at: span)
    }
    if let last = earlier.last, last.kind == .keywordVariadic {
      throw wrong("E0108", "nothing may follow `**\(last.name)`", at: span)
    }
    try rejectAnnotation()
    var defaultValue: Expression?
    if accept(.assign) { defaultValue = try parseExpression() }
    if kind == .plain, defaultValue == nil, let last = earlier.last, last.kind == .plain,
      last.defaultValue != nil
    {
      throw wrong(
        "E0108", "`\(name)` has no default but follows `\(last.name)`, which has one", at: span,
        help: "put the parameters with defaults last")
    }
    return FunctionSyntax.Parameter(name: name, kind: kind, defaultValue: defaultValue, span: span)
  }

  func parseModel(_ documentation: String) throws(Diagnostic) -> ModelSyntax {
    let start = advance().span
    let (name, nameSpan) = try expectName("the model")
    let parameters = isAt(.leftParenthesis) ? try parseParameters() : []
    try rejectSelf(parameters)
    if case .newline = current.kind { skipNewlines() }
    guard isAt(.leftBrace) else { throw missingBlock(of: "model") }
    _ = advanceIntoBlock()
    var members: [ModelSyntax.Member] = []
    var methods: [FunctionSyntax] = []
    try within(blankNewlines: false) { () throws(Diagnostic) in
      while true {
        while current.kind == .newline || current.kind == .semicolon { advance() }
        if isAt(.rightBrace) { break }
        try parseMember(&members, &methods)
      }
    }
    advance()
    return ModelSyntax(
      name: name, parameters: parameters, members: members, methods: methods,
      span: start.through(previousSpan),
      nameSpan: nameSpan, documentation: documentation)
  }

  private func parseMember(
    _ members: inout [ModelSyntax.Member], _ methods: inout [FunctionSyntax]
  ) throws(Diagnostic) {
    if isAt(.def) {
      let method = try parseFunction(documentation[index] ?? "", inModel: true)
      try rejectRepeated(method.name, method.nameSpan, members, methods)
      methods.append(method)
      return
    }
    guard case .name(let word) = current.kind else { throw notAMember() }
    var kind = MemberKind.plain
    if let declared = MemberKind(rawValue: word), declared != .plain, case .name = peekNext().kind {
      kind = declared
      advance()
    } else if peekNext().kind != .symbol(.assign) {
      throw notAMember()
    }
    let (name, span) = try expectName("the member")
    try rejectRepeated(name, span, members, methods)
    guard accept(.assign) else { throw unexpected("expected `=` and the member's value") }
    skipNewlines()
    let value = try parseExpression()
    members.append(ModelSyntax.Member(kind: kind, name: name, value: value, span: span))
    switch current.kind {
    case .newline, .semicolon, .symbol(.rightBrace), .end: return
    default: throw unexpected("expected the end of the line after a member")
    }
  }

  private func rejectRepeated(
    _ name: String, _ span: Span, _ members: [ModelSyntax.Member], _ methods: [FunctionSyntax]
  ) throws(Diagnostic) {
    guard
      let first = members.first(where: { $0.name == name })?.span
        ?? methods.first(where: { $0.name == name })?.nameSpan
    else { return }
    var diagnostic = wrong("E0108", "the model has two members called `\(name)`", at: span)
    diagnostic.notes.append(file.note("the first is here", at: first))
    throw diagnostic
  }

  private func notAMember() -> Diagnostic {
    unexpected(
      "a model holds `param`, `buffer`, `layer`, `name = value` and `def`",
      help: "statements belong into a method: def forward(x) { … }")
  }
}
