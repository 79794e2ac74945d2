/// `with` and `try`: code that runs however a block is left.
extension FunctionCompiler {
  func compileWith(_ list: ArraySlice<Statement.Scope>, _ body: [Statement]) throws(Diagnostic) {
    guard let scope = list.first else { return try compile(body) }
    try withTemporaries { () throws(Diagnostic) in
      let register = try temporary(scope.value)
      let value = try newRegister()
      try at(scope.value.span) { () throws(Diagnostic) in emit(.enterScope, value, register) }
      if let name = scope.name { try store(name, from: value) }
      let end = assembler.newLabel()
      try compileProtected(scope: register, isCatch: false) { () throws(Diagnostic) in
        try compileWith(list.dropFirst(), body)
      } onSuccess: {
        emit(.exitScope, register)
        emit(.jump, to: end)
      } onError: { (error) throws(Diagnostic) in
        emit(.exitScopeFailed, register, error)
        emit(.rethrow, error)
      }
      assembler.place(end)
    }
  }

  func compileTry(
    _ body: [Statement], _ name: (String, Span)?, _ handler: [Statement]
  ) throws(Diagnostic) {
    let end = assembler.newLabel()
    try compileProtected(scope: 0, isCatch: true) { () throws(Diagnostic) in
      try compile(body)
    } onSuccess: {
      emit(.jump, to: end)
    } onError: { (error) throws(Diagnostic) in
      guard let name else { return try compile(handler) }
      blocks.append([:])
      defer { blocks.removeLast() }
      let isCell = shared.contains(name.0)
      if isCell { emit(.wrapCell, error) }
      blocks[blocks.count - 1][name.0] = Local(register: error, isCell: isCell, isParameter: true)
      try compile(handler)
    }
    assembler.place(end)
  }

  private func compileProtected(
    scope register: Int, isCatch: Bool, body: () throws(Diagnostic) -> Void, onSuccess: () -> Void,
    onError: (Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let error = try newRegister()
    let handler = assembler.newLabel()
    scopes.append(
      OpenScope(
        register: register, rangeStart: assembler.placedLabel(), handler: handler, errorRegister: error,
        isCatch: isCatch))
    try body()
    closeRange(scopes.count - 1)
    let closed = scopes.removeLast()
    // Ranges of scopes inside were added before: the innermost comes first.
    assembler.ranges += closed.ranges
    onSuccess()
    assembler.place(handler)
    try onError(error)
  }

  private func closeRange(_ depth: Int) {
    let scope = scopes[depth]
    scopes[depth].ranges.append(
      ProtectedRange(
        start: scope.rangeStart, end: assembler.placedLabel(), handler: scope.handler,
        register: scope.errorRegister, isCatch: scope.isCatch))
  }

  /// Leaves the scopes opened since `depth`, innermost first, then runs `body`; the code after it is inside them again.
  ///
  /// The exits stand outside the ranges of the scopes they end: a scope is left once, also when leaving fails.
  func leavingScopes(downTo depth: Int, _ body: () -> Void) throws(Diagnostic) {
    for index in stride(from: scopes.count - 1, through: depth, by: -1) {
      closeRange(index)
      if !scopes[index].isCatch { emit(.exitScope, scopes[index].register) }
    }
    body()
    for index in stride(from: scopes.count - 1, through: depth, by: -1) {
      scopes[index].rangeStart = assembler.placedLabel()
    }
  }
}
