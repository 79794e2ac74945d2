/// Conditions that only decide where to go on.
extension FunctionCompiler {
  /// Goes on at `label` where `test` is false.
  func jumpUnless(_ test: Expression, to label: Label) throws(Diagnostic) {
    try at(test.span) { () throws(Diagnostic) in
      try withTemporaries { () throws(Diagnostic) in
        switch test.kind {
        case .and(let left, let right):
          try jumpUnless(left, to: label)
          try jumpUnless(right, to: label)
        case .or(let left, let right):
          let yes = assembler.newLabel()
          try jumpIf(left, to: yes)
          try jumpUnless(right, to: label)
          assembler.place(yes)
        case .not(let operand): try jumpIf(operand, to: label)
        case .bool(true): break
        case .comparison(let left, let rest) where rest.count == 1:
          try jumpUnlessCompared(test, left, rest[0], to: label)
        default: try jump(.jumpIfFalse, on: test, to: label)
        }
      }
    }
  }

  /// Goes on at `label` where `test` is true.
  func jumpIf(_ test: Expression, to label: Label) throws(Diagnostic) {
    try at(test.span) { () throws(Diagnostic) in
      try withTemporaries { () throws(Diagnostic) in
        switch test.kind {
        case .or(let left, let right):
          try jumpIf(left, to: label)
          try jumpIf(right, to: label)
        case .and(let left, let right):
          let no = assembler.newLabel()
          try jumpUnless(left, to: no)
          try jumpIf(right, to: label)
          assembler.place(no)
        case .not(let operand): try jumpUnless(operand, to: label)
        default: try jump(.jumpIfTrue, on: test, to: label)
        }
      }
    }
  }

  /// The bit of c that tells a branch to move its operand out.
  private static let takesFirst = 1 << 4
  private static let takesSecond = 1 << 5

  private func jump(_ opcode: Opcode, on test: Expression, to label: Label) throws(Diagnostic) {
    let register = try operand(test)
    emit(opcode, register, 0, isNamed(register) ? 0 : Self.takesFirst, to: label)
  }

  private func jumpUnlessCompared(
    _ test: Expression, _ left: Expression, _ right: (Comparison, Expression), to label: Label
  ) throws(Diagnostic) {
    guard case .relation(let op) = right.0, let relation = op.relation else {
      return try jump(.jumpIfFalse, on: test, to: label)
    }
    let first = try operand(left)
    var flags = relation | (isNamed(first) ? 0 : Self.takesFirst)
    if case .int(let number) = right.1.kind, let small = Int8(exactly: number) {
      emit(.compareIntegerJump, first, Int(UInt8(bitPattern: small)), flags, to: label)
      return
    }
    let second = try operand(right.1)
    if second == first { return try jump(.jumpIfFalse, on: test, to: label) }
    if !isNamed(second) { flags |= Self.takesSecond }
    emit(.compareJump, first, second, flags, to: label)
  }
}
