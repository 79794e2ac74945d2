/// A whole source to the prototype of its top level.
enum ProgramCompiler {
  static func compile(_ unit: CompilationUnit) throws(Diagnostic) -> Prototype {
    let statements = try Parser(unit.file).parseProgram()
    let compiler = FunctionCompiler(unit: unit, parent: nil, role: .program, name: unit.file.source.name)
    return try compiler.compileProgram(statements)
  }
}

extension FunctionCompiler {
  /// The value of a program is that of its last statement, where that is an expression that is not hidden.
  fileprivate func compileProgram(_ statements: [Statement]) throws(Diagnostic) -> Prototype {
    try declareLocals(NameAnalysis(body: statements))
    for (index, statement) in statements.enumerated() {
      guard index == statements.count - 1, case .expression(let value, isHidden: false) = statement.kind
      else {
        try compile(statement)
        continue
      }
      try at(statement.span) { () throws(Diagnostic) in
        markLine(statement.span)
        emit(.result, try temporary(value))
      }
    }
    emit(.giveBackNone)
    return finish(nil, parameterCount: 0)
  }
}
