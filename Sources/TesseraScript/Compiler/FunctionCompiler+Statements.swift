/// Statements.
extension FunctionCompiler {
  func compile(_ statements: [Statement]) throws(Diagnostic) {
    for statement in statements { try compile(statement) }
  }

  func compile(_ statement: Statement) throws(Diagnostic) {
    try at(statement.span) { () throws(Diagnostic) in
      markLine(statement.span)
      try withTemporaries { () throws(Diagnostic) in try compileKind(statement.kind) }
    }
  }

  /// Tells an observer, where there is one, that a line begins.
  func markLine(_ span: Span) {
    guard unit.marksLines else { return }
    let line = unit.file.location(of: span.start).line
    emitWide(.mark, 0, x: min(line, Int(Int16.max)))
  }

  /// The same for the end of a call, whose caller's line goes on.
  func markEnd() {
    if unit.marksLines { emitWide(.mark, 0, x: 0) }
  }

  private func compileKind(_ kind: Statement.Kind) throws(Diagnostic) {
    switch kind {
    case .expression(let value, _): try temporary(value)
    case .assign(let targets, let value): try compileAssignment(targets, value)
    case .augmented(let target, let op, let value): try compileAugmented(target, op, value)
    case .constant(let name, let place, let value): try compileConstant(name, place, value)
    case .function(let syntax):
      try assign(to: syntax.name) { (register) throws(Diagnostic) in
        try evaluateFunction(syntax, into: register)
      }
    case .model(let syntax):
      try assign(to: syntax.name) { (register) throws(Diagnostic) in try evaluateModel(syntax, into: register)
      }
    case .conditional(let branches, let otherwise): try compileConditional(branches, otherwise)
    case .whileLoop(let test, let body): try compileWhile(test, body)
    case .forLoop(let target, let source, let body): try compileFor(target, source, body)
    case .breakLoop: try compileBreak(isContinue: false)
    case .continueLoop: try compileBreak(isContinue: true)
    case .returning(let value): try compileReturn(value)
    case .with(let scopes, let body): try compileWith(scopes[...], body)
    case .tryCatch(let body, let name, let handler): try compileTry(body, name, handler)
    case .assertion(let test, let message): try compileAssertion(test, message)
    case .delete(let targets): for target in targets { try compileDelete(target) }
    case .importing(let name, let path, let place):
      try assign(to: name) { (register) throws(Diagnostic) in
        try at(place) { () throws(Diagnostic) in
          emitWide(.importFile, register, x: nameNumber(path), w: nameNumber(name))
        }
      }
    case .test(let name, let syntax):
      guard role == .program else {
        throw unit.error("E0117", "`test` stands at the top level of a file", at: syntax.nameSpan)
      }
      let register = try newRegister()
      try evaluateFunction(syntax, into: register)
      emitWide(.registerTest, register, x: nameNumber(name))
    }
  }

  // MARK: Assignment

  /// Assigns what `body` computes to a name, in the name's own register where it has one.
  private func assign(to name: String, _ body: (Int) throws(Diagnostic) -> Void) throws(Diagnostic) {
    if let direct = directRegister(name), !localConstants.contains(name) {
      try body(direct)
    } else {
      let register = try newRegister()
      try body(register)
      try store(name, from: register)
    }
  }

  private func compileAssignment(_ targets: [Target], _ value: Expression) throws(Diagnostic) {
    if targets.count == 1 { return try compileAssignment(targets[0], value) }
    let register = try temporary(value)
    for target in targets {
      try withTemporaries { () throws(Diagnostic) in
        let copy = try newRegister()
        emit(.copy, copy, register)
        try store(target, from: copy)
      }
    }
  }

  private func compileAssignment(_ target: Target, _ value: Expression) throws(Diagnostic) {
    switch target {
    case .name(let name, _):
      try assign(to: name) { (register) throws(Diagnostic) in try evaluate(value, into: register) }
    case .tuple(let targets, nil, _):
      // `a, b = b, a`: the values first, side by side, then the names.
      guard case .tuple(let elements) = value.kind, elements.count == targets.count,
        !elements.contains(where: \.isSpread)
      else { return try store(target, from: try temporary(value)) }
      var registers: [Int] = []
      for element in elements { registers.append(try temporary(element.value)) }
      for (target, register) in zip(targets, registers) { try store(target, from: register) }
    default: try store(target, from: try temporary(value))
    }
  }

  /// Stores the value of a temporary, which is moved out.
  func store(_ target: Target, from register: Int) throws(Diagnostic) {
    try at(target.span) { () throws(Diagnostic) in
      try withTemporaries { () throws(Diagnostic) in
        switch target {
        case .name(let name, _): try store(name, from: register)
        case .attribute(let object, let name, _):
          emit(.setAttribute, try operand(object), register, w: nameNumber(name))
        case .index(let object, let items, _):
          let object = try operand(object)
          emit(.setIndex, object, try indexOperand(items), register)
        case .tuple(let targets, let rest, _):
          let base = nextRegister
          for _ in targets { _ = try newRegister() }
          if let rest {
            emit(.unpackRest, base, register, targets.count, w: rest)
          } else {
            emit(.unpack, base, register, targets.count)
          }
          for (index, target) in targets.enumerated() { try store(target, from: base + index) }
        }
      }
    }
  }

  private func compileAugmented(
    _ target: Target, _ op: BinaryOperator, _ value: Expression
  ) throws(Diagnostic) {
    switch target {
    case .name(let name, let place):
      let operand = Expression(.name(name), place, depth: 1)
      let sum = Expression(.binary(op, operand, value), span, depth: value.depth + 1)
      try assign(to: name) { (register) throws(Diagnostic) in try evaluate(sum, into: register) }
    case .attribute(let object, let name, _):
      let object = try operand(object)
      let old = try newRegister()
      emit(.getAttribute, old, object, w: nameNumber(name))
      emit(op.opcode, old, old, try operand(value))
      emit(.setAttribute, object, old, w: nameNumber(name))
    case .index(let object, let items, _):
      let object = try operand(object)
      let index = try indexOperand(items)
      let old = try newRegister()
      emit(.getIndex, old, object, index)
      emit(op.opcode, old, old, try operand(value))
      emit(.setIndex, object, index, old)
    case .tuple: break
    }
  }

  private func compileConstant(_ name: String, _ place: Span, _ value: Expression) throws(Diagnostic) {
    let register = try temporary(value)
    guard role == .program else {
      if !localConstants.insert(name).inserted {
        throw unit.error("E0114", "`\(name)` is already a constant", at: place)
      }
      localConstants.remove(name)
      try store(name, from: register)
      localConstants.insert(name)
      return
    }
    emitWide(.setGlobal, register, x: try unit.globalNumber(name, place))
    try unit.declareConstant(name, at: place)
  }

  private func compileDelete(_ target: Target) throws(Diagnostic) {
    switch target {
    case .name(let name, let place):
      try at(place) { () throws(Diagnostic) in try compileDelete(name, place) }
    case .index(let object, let items, let place):
      let object = try operand(object)
      let index = try indexOperand(items)
      at(place) { emit(.deleteIndex, object, index) }
    case .attribute(_, _, let place):
      throw unit.error("E0107", "an attribute cannot be deleted", at: place, help: "assign None to it")
    case .tuple(let targets, _, _): for target in targets { try compileDelete(target) }
    }
  }

  private func compileDelete(_ name: String, _ place: Span) throws(Diagnostic) {
    guard case .local(let local) = meaning(of: name) else {
      guard role == .program else {
        throw unit.error("E0107", "`\(name)` belongs to the session, not to this function", at: place)
      }
      unit.globals.constantOwners[unit.modulePrefix + name] = nil
      emitWide(.deleteGlobal, 0, x: try unit.globalNumber(name, place))
      return
    }
    if local.isCell {
      emit(.newCell, local.register)
    } else {
      if !local.isParameter { emitWide(.check, local.register, x: nameNumber(name)) }
      emit(.deleteLocal, local.register)
      blocks[0][name]?.isParameter = false
    }
  }

  private func at(_ place: Span, _ body: () -> Void) {
    let outer = span
    span = place
    body()
    span = outer
  }

  // MARK: Control

  private func compileConditional(
    _ branches: [(test: Expression, body: [Statement])], _ otherwise: [Statement]?
  ) throws(Diagnostic) {
    let end = assembler.newLabel()
    for (index, branch) in branches.enumerated() {
      let next = assembler.newLabel()
      try jumpUnless(branch.test, to: next)
      try compile(branch.body)
      if index < branches.count - 1 || otherwise != nil { emit(.jump, to: end) }
      assembler.place(next)
    }
    try compile(otherwise ?? [])
    assembler.place(end)
  }

  private func compileWhile(_ test: Expression, _ body: [Statement]) throws(Diagnostic) {
    let start = assembler.placedLabel()
    let end = assembler.newLabel()
    try jumpUnless(test, to: end)
    try compileLoopBody(body, continueLabel: start, breakLabel: end)
    emit(.jump, to: start)
    assembler.place(end)
  }

  private func compileFor(_ target: Target, _ source: Expression, _ body: [Statement]) throws(Diagnostic) {
    let iterator = try prepareIterator(source)
    let next = assembler.placedLabel()
    let end = assembler.newLabel()
    try emitNext(iterator, target, end)
    try compileLoopBody(body, continueLabel: next, breakLabel: end)
    emit(.jump, to: next)
    assembler.place(end)
  }

  private func compileLoopBody(
    _ body: [Statement], continueLabel: Label, breakLabel: Label
  ) throws(Diagnostic) {
    loops.append(Loop(continueLabel: continueLabel, breakLabel: breakLabel, scopeDepth: scopes.count))
    try compile(body)
    loops.removeLast()
  }

  /// An iterator over `source`, with the two registers after it that counting needs.
  func prepareIterator(_ source: Expression) throws(Diagnostic) -> Int {
    let iterator = try newRegister()
    _ = try newRegister()
    _ = try newRegister()
    try at(source.span) { () throws(Diagnostic) in
      try withTemporaries { () throws(Diagnostic) in emit(.forPrepare, iterator, try operand(source)) }
    }
    return iterator
  }

  func emitNext(_ iterator: Int, _ target: Target, _ end: Label) throws(Diagnostic) {
    if case .name(let name, _) = target, let direct = directRegister(name) {
      emit(.forNext, iterator, direct, to: end)
      return
    }
    try withTemporaries { () throws(Diagnostic) in
      let register = try newRegister()
      emit(.forNext, iterator, register, to: end)
      try store(target, from: register)
    }
  }

  private func compileBreak(isContinue: Bool) throws(Diagnostic) {
    guard let loop = loops.last else {
      throw unit.error("E0117", "`\(isContinue ? "continue" : "break")` stands outside a loop", at: span)
    }
    try leavingScopes(downTo: loop.scopeDepth) {
      emit(.jump, to: isContinue ? loop.continueLabel : loop.breakLabel)
    }
  }

  private func compileReturn(_ value: Expression?) throws(Diagnostic) {
    guard role != .program else {
      throw unit.error(
        "E0117", "`return` stands outside a function", at: span,
        help: "the last expression of a cell is its value")
    }
    guard let value else {
      return try leavingScopes(downTo: 0) {
        markEnd()
        emit(.giveBackNone)
      }
    }
    let register = try temporary(value)
    try leavingScopes(downTo: 0) {
      markEnd()
      emit(.giveBack, register)
    }
  }

  // MARK: Assertions

  private func compileAssertion(_ test: Expression, _ message: Expression?) throws(Diagnostic) {
    let base = try newRegister()
    let right = try newRegister()
    let text = try newRegister()
    let passed = assembler.newLabel()
    var kind = 0
    if case .comparison(let first, let rest) = test.kind, rest.count == 1 {
      kind = 1
      try evaluate(first, into: base)
      try evaluate(rest[0].1, into: right)
      try at(test.span) { () throws(Diagnostic) in
        let verdict = try newRegister()
        emitComparison(rest[0].0, verdict, base, right)
        emit(.jumpIfTrue, verdict, 0, 1 << 4, to: passed)
      }
    } else {
      try jumpIf(test, to: passed)
      emit(.loadNone, base)
      emit(.loadNone, right)
    }
    if let message { try evaluate(message, into: text) } else { emit(.loadNone, text) }
    at(test.span) { emit(.assertFailed, base, kind | (message == nil ? 0 : 2)) }
    assembler.place(passed)
  }
}
