/// Expressions. `operand` answers where a value is (a local stays in its register); `evaluate` puts it into a given
/// register; `temporary` into a new one, from which instructions may move it out.
extension FunctionCompiler {
  func operand(_ value: Expression) throws(Diagnostic) -> Int {
    if case .name(let name) = value.kind {
      return try at(value.span) { () throws(Diagnostic) in try load(name) }
    }
    return try temporary(value)
  }

  @discardableResult
  func temporary(_ value: Expression) throws(Diagnostic) -> Int {
    let register = try newRegister()
    try evaluate(value, into: register)
    return register
  }

  func evaluate(_ value: Expression, into target: Int) throws(Diagnostic) {
    try at(value.span) { () throws(Diagnostic) in
      try withTemporaries { () throws(Diagnostic) in try evaluateKind(value, into: target) }
    }
  }

  private func evaluateKind(_ value: Expression, into target: Int) throws(Diagnostic) {
    switch value.kind {
    case .none: emit(.loadNone, target)
    case .ellipsis: emit(.loadEllipsis, target)
    case .bool(let flag): emit(.loadBool, target, flag ? 1 : 0)
    case .int(let number): try evaluateInteger(number, into: target)
    case .float(let number): emitWide(.loadConstant, target, x: try constant(number))
    case .string(let text): emitWide(.loadConstant, target, x: try constant(text))
    case .formatted(let parts): try evaluateFormatted(parts, into: target)
    case .name(let name):
      let register = try load(name, into: target)
      if register != target { emit(.copy, target, register) }
    case .list(let elements): try evaluateSequence(elements, isTuple: false, into: target)
    case .tuple(let elements): try evaluateSequence(elements, isTuple: true, into: target)
    case .map(let entries): try evaluateMap(entries, into: target)
    case .listComprehension(let element, let clauses):
      try evaluateComprehension(clauses, into: target, opcode: .newList) { (result) throws(Diagnostic) in
        emit(.listAppend, result, try temporary(element))
      }
    case .mapComprehension(let key, let value, let clauses):
      try evaluateComprehension(clauses, into: target, opcode: .newMap) { (result) throws(Diagnostic) in
        let key = try temporary(key)
        emit(.mapSet, result, key, try temporary(value))
      }
    case .unary(let op, let operand):
      emit(op.opcode, target, try self.operand(operand))
    case .not(let operand): emit(.not, target, try self.operand(operand))
    case .binary(let op, let left, let right): try evaluateBinary(op, left, right, into: target)
    case .comparison(let first, let rest): try evaluateComparison(first, rest, into: target)
    case .and(let left, let right): try evaluateLogical(left, right, .jumpIfFalse, into: target)
    case .or(let left, let right): try evaluateLogical(left, right, .jumpIfTrue, into: target)
    case .conditional(let test, let then, let otherwise):
      try evaluateConditional(test, then, otherwise, into: target)
    case .call(let callee, let arguments): try evaluateCall(callee, arguments, into: target)
    case .attribute(let object, let name, _):
      emit(.getAttribute, target, try operand(object), w: nameNumber(name))
    case .index(let object, let items):
      let object = try operand(object)
      emit(.getIndex, target, object, try indexOperand(items))
    case .function(let syntax): try evaluateFunction(syntax, into: target)
    }
  }

  private func evaluateInteger(_ number: Int, into target: Int) throws(Diagnostic) {
    if let small = Int16(exactly: number) {
      emitWide(.loadInteger, target, x: Int(UInt16(bitPattern: small)))
    } else {
      emitWide(.loadConstant, target, x: try constant(number))
    }
  }

  /// Computes the left operand in the target itself where nothing can still need the target's old value.
  private func evaluateBinary(
    _ op: BinaryOperator, _ left: Expression, _ right: Expression, into target: Int
  ) throws(Diagnostic) {
    if op == .add || op == .subtract, case .int(let number) = right.kind,
      let small = Int8(exactly: op == .add ? number : 0 - number)
    {
      emit(.addInteger, target, try operand(left), Int(UInt8(bitPattern: small)))
      return
    }
    let left = try operand(left)
    emit(op.opcode, target, left, try operand(right))
  }

  private func evaluateComparison(
    _ first: Expression, _ rest: [(Comparison, Expression)], into target: Int
  ) throws(Diagnostic) {
    var left = try operand(first)
    if rest.count == 1 { return emitComparison(rest[0].0, target, left, try operand(rest[0].1)) }
    let end = assembler.newLabel()
    // A fresh register: the target may be a local that a later operand reads.
    let result = try newRegister()
    for (index, (comparison, right)) in rest.enumerated() {
      let right = try operand(right)
      emitComparison(comparison, result, left, right)
      left = right
      // A chain ends at its first false comparison.
      if index < rest.count - 1 { emit(.jumpIfFalse, result, to: end) }
    }
    assembler.place(end)
    emit(.copy, target, result)
  }

  func emitComparison(_ comparison: Comparison, _ target: Int, _ left: Int, _ right: Int) {
    switch comparison {
    case .relation(let op): emit(op.opcode, target, left, right)
    case .contains(let negated):
      emit(.contains, target, left, right)
      if negated { emit(.not, target, target) }
    case .identity(let negated):
      emit(.identical, target, left, right)
      if negated { emit(.not, target, target) }
    }
  }

  private func evaluateLogical(
    _ left: Expression, _ right: Expression, _ jump: Opcode, into target: Int
  ) throws(Diagnostic) {
    // A fresh register: the target may be a local that the right operand reads.
    let result = try newRegister()
    try evaluate(left, into: result)
    let end = assembler.newLabel()
    emit(jump, result, to: end)
    try evaluate(right, into: result)
    assembler.place(end)
    emit(.copy, target, result)
  }

  private func evaluateConditional(
    _ test: Expression, _ then: Expression, _ otherwise: Expression, into target: Int
  ) throws(Diagnostic) {
    let elseLabel = assembler.newLabel()
    let end = assembler.newLabel()
    try jumpUnless(test, to: elseLabel)
    try evaluate(then, into: target)
    emit(.jump, to: end)
    assembler.place(elseLabel)
    try evaluate(otherwise, into: target)
    assembler.place(end)
  }

  // MARK: Collections

  /// Longer literals are built piece by piece, since elements stand in registers side by side.
  private static let longestRun = 50

  private func evaluateSequence(
    _ elements: [Expression.Element], isTuple: Bool, into target: Int
  ) throws(Diagnostic) {
    let isRun = elements.count <= Self.longestRun && !elements.contains(where: \.isSpread)
    if isRun {
      let base = try base(for: target)
      if let first = elements.first { try evaluate(first.value, into: base) }
      for element in elements.dropFirst() { try temporary(element.value) }
      emit(isTuple ? .newTuple : .newList, base, elements.count)
      return emitResult(target, from: base)
    }
    let list = try base(for: target)
    emit(.newList, list, 0)
    for element in elements {
      try withTemporaries { () throws(Diagnostic) in
        emit(element.isSpread ? .listExtend : .listAppend, list, try temporary(element.value))
      }
    }
    if isTuple { emit(.listToTuple, list) }
    emitResult(target, from: list)
  }

  private func evaluateMap(_ entries: [(key: Expression, value: Expression)], into target: Int)
    throws(Diagnostic)
  {
    let map = try base(for: target)
    emit(.newMap, map)
    for entry in entries {
      try withTemporaries { () throws(Diagnostic) in
        let key = try temporary(entry.key)
        let value = try temporary(entry.value)
        at(entry.key.span) { emit(.mapSet, map, key, value) }
      }
    }
    emitResult(target, from: map)
  }

  private func at(_ place: Span, _ body: () -> Void) {
    let outer = span
    span = place
    body()
    span = outer
  }

  private func evaluateComprehension(
    _ clauses: [Expression.Clause], into target: Int, opcode: Opcode, _ body: (Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let result = try base(for: target)
    emit(opcode, result, 0)
    blocks.append([:])
    defer { blocks.removeLast() }
    try evaluateClauses(clauses[...]) { () throws(Diagnostic) in try body(result) }
    emitResult(target, from: result)
  }

  private func evaluateClauses(
    _ clauses: ArraySlice<Expression.Clause>, _ body: () throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    guard let clause = clauses.first else {
      return try withTemporaries { () throws(Diagnostic) in try body() }
    }
    try withTemporaries { () throws(Diagnostic) in
      let iterator = try prepareIterator(clause.source)
      try declareLoopNames(clause.target)
      let next = assembler.placedLabel()
      let end = assembler.newLabel()
      try emitNext(iterator, clause.target, end)
      for condition in clause.conditions { try jumpUnless(condition, to: next) }
      try evaluateClauses(clauses.dropFirst(), body)
      emit(.jump, to: next)
      assembler.place(end)
    }
  }

  private func declareLoopNames(_ target: Target) throws(Diagnostic) {
    switch target {
    case .name(let name, _): _ = try declare(name, in: blocks.count - 1, isAssigned: true)
    case .tuple(let targets, _, _): for target in targets { try declareLoopNames(target) }
    case .attribute, .index: break
    }
  }

  // MARK: Strings

  private func evaluateFormatted(_ parts: [Expression.FormattedPart], into target: Int) throws(Diagnostic) {
    let base = nextRegister
    for part in parts {
      switch part {
      case .text(let text): emitWide(.loadConstant, try newRegister(), x: try constant(text))
      case .value(let value, let isRepr, let spec):
        let register = try temporary(value)
        try at(value.span) { () throws(Diagnostic) in
          if spec.isEmpty {
            emit(.formatValue, register, isRepr ? 1 : 0)
          } else {
            try withTemporaries { () throws(Diagnostic) in
              let specRegister = try newRegister()
              try withTemporaries { () throws(Diagnostic) in try evaluateFormatted(spec, into: specRegister) }
              emit(.formatSpec, register)
            }
          }
        }
      }
    }
    let result = parts.isEmpty ? try newRegister() : base
    emit(.buildString, result, parts.count)
    emit(.copy, target, result)
  }

  // MARK: Indexing

  /// One register for what stands between the brackets: the value, a slice, or a tuple of several.
  func indexOperand(_ items: [Expression.Subscript]) throws(Diagnostic) -> Int {
    if items.count == 1 {
      if case .value(let value) = items[0] { return try operand(value) }
      return try slice(items[0])
    }
    let base = nextRegister
    for item in items { _ = try slice(item) }
    emit(.newTuple, base, items.count)
    return base
  }

  private func slice(_ item: Expression.Subscript) throws(Diagnostic) -> Int {
    switch item {
    case .value(let value): return try temporary(value)
    case .slice(let start, let stop, let step):
      let base = try newRegister()
      try withTemporaries { () throws(Diagnostic) in
        if let start { try evaluate(start, into: base) } else { emit(.loadNone, base) }
        for bound in [stop, step] {
          let register = try newRegister()
          if let bound { try evaluate(bound, into: register) } else { emit(.loadNone, register) }
        }
        emit(.newSlice, base)
      }
      return base
    }
  }
}

extension BinaryOperator {
  /// The instruction that computes it.
  var opcode: Opcode {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .remainder: .remainder
    case .power: .power
    case .matmul: .matmul
    case .and: .and
    case .or: .or
    case .xor: .xor
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }

  /// The number a comparing branch carries; nil for arithmetic.
  var relation: Int? {
    switch self {
    case .equal: 0
    case .notEqual: 1
    case .less: 2
    case .lessOrEqual: 3
    case .greater: 4
    case .greaterOrEqual: 5
    default: nil
    }
  }

  /// The comparisons by that number.
  static let relations: [BinaryOperator] = [
    .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
  ]
}

extension UnaryOperator {
  var opcode: Opcode {
    switch self {
    case .negate: .negate
    case .plus: .plus
    case .invert: .invert
    }
  }
}
