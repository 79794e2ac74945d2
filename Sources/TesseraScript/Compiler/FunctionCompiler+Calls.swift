/// Calls, and the functions and models that are called.
extension FunctionCompiler {
  /// Calls with more arguments hand them over in a list.
  private static let mostRegisterArguments = 60

  func evaluateCall(
    _ callee: Expression, _ arguments: [Expression.Argument], into target: Int
  ) throws(Diagnostic) {
    let isSpread =
      arguments.count > Self.mostRegisterArguments
      || arguments.contains { $0.form == .spread || $0.form == .namedSpread }
    if isSpread { return try evaluateSpreadCall(callee, arguments, into: target) }
    let names = arguments.compactMap { if case .named(let name) = $0.form { name } else { nil } }
    let base = try base(for: target)
    if names.isEmpty, case .attribute(let object, let name, _) = callee.kind {
      let receiver = try receiver(object, base)
      for argument in arguments { try temporary(argument.value) }
      emit(.callMethod, base, arguments.count, receiver, w: nameNumber(name))
    } else {
      try evaluate(callee, into: base)
      for argument in arguments { try temporary(argument.value) }
      if names.isEmpty {
        emit(.call, base, arguments.count)
      } else {
        contents.nameLists.append(names)
        emit(.callNamed, base, arguments.count, names.count, w: contents.nameLists.count - 1)
      }
    }
    emitResult(target, from: base)
  }

  /// Where the value whose method is called stands: a local in its own register, since no argument can rebind it.
  private func receiver(_ object: Expression, _ base: Int) throws(Diagnostic) -> Int {
    if case .name(let name) = object.kind {
      return try at(object.span) { () throws(Diagnostic) in try load(name, into: base) }
    }
    try evaluate(object, into: base)
    return base
  }

  private func evaluateSpreadCall(
    _ callee: Expression, _ arguments: [Expression.Argument], into target: Int
  ) throws(Diagnostic) {
    let base = try base(for: target)
    try evaluate(callee, into: base)
    let list = try newRegister()
    let map = try newRegister()
    emit(.newList, list, 0)
    emit(.newMap, map)
    for argument in arguments {
      try withTemporaries { () throws(Diagnostic) in
        switch argument.form {
        case .positional: emit(.listAppend, list, try temporary(argument.value))
        case .spread: emit(.listExtend, list, try temporary(argument.value))
        case .namedSpread: emit(.mapMerge, map, try temporary(argument.value))
        case .named(let name):
          let key = try newRegister()
          emitWide(.loadConstant, key, x: try constant(name))
          emit(.mapSet, map, key, try temporary(argument.value))
        }
      }
    }
    emit(.callSpread, base)
    emitResult(target, from: base)
  }

  // MARK: Functions

  func evaluateFunction(_ syntax: FunctionSyntax, into target: Int) throws(Diagnostic) {
    let compiler = FunctionCompiler(unit: unit, parent: self, role: .function, name: syntax.name)
    if role != .program, assignedOnce.contains(syntax.name), blocks[0][syntax.name] != nil {
      compiler.ownName = syntax.name
    }
    try evaluateClosure(try compiler.compile(syntax), compiler, syntax.parameters, into: target)
  }

  /// Makes a function value: its defaults and captured variables are gathered from `result` on.
  private func evaluateClosure(
    _ prototype: Prototype, _ compiler: FunctionCompiler, _ parameters: [FunctionSyntax.Parameter],
    into target: Int
  ) throws(Diagnostic) {
    try withTemporaries { () throws(Diagnostic) in
      let base = nextRegister
      for parameter in parameters { if let value = parameter.defaultValue { try temporary(value) } }
      for capture in compiler.captures {
        let register = try newRegister()
        switch capture.source {
        case .parentRegister(let cell): emit(.copy, register, cell)
        case .parentCapture(let number): emit(.captureCell, register, number)
        }
      }
      let count = nextRegister - base
      let result = count == 0 ? try newRegister() : base
      contents.functions.append(prototype)
      emit(.closure, result, count, w: contents.functions.count - 1)
      emit(.copy, target, result)
    }
  }

  func compile(_ syntax: FunctionSyntax) throws(Diagnostic) -> Prototype {
    span = syntax.span
    let analysis = NameAnalysis(body: syntax.body)
    shared = analysis.usedInside
    // Functions inside a method reach its members through its `self`.
    if role == .method, !shared.isDisjoint(with: memberNames) { shared.insert("self") }
    if role == .method { _ = try declare("self", in: 0, isParameter: true) }
    // Parameters stand side by side before anything else, where calls put the arguments.
    for parameter in syntax.parameters {
      blocks[0][parameter.name] = Local(
        register: try newRegister(), isCell: shared.contains(parameter.name), isParameter: true)
    }
    let count = nextRegister
    for parameter in syntax.parameters where shared.contains(parameter.name) {
      emit(.wrapCell, blocks[0][parameter.name]?.register ?? 0)
    }
    try declareLocals(analysis)
    try compile(syntax.body)
    markEnd()
    emit(.giveBackNone)
    return finish(syntax, parameterCount: count)
  }

  // MARK: Models

  func evaluateModel(_ syntax: ModelSyntax, into target: Int) throws(Diagnostic) {
    let names = Self.memberNames(of: syntax)
    try withTemporaries { () throws(Diagnostic) in
      let base = nextRegister
      let constructor = FunctionCompiler(
        unit: unit, parent: self, role: .constructor, name: syntax.name, memberNames: names)
      let prototype = try constructor.compileConstructor(syntax)
      try evaluateClosure(prototype, constructor, syntax.parameters, into: try newRegister())
      for method in syntax.methods {
        let compiler = FunctionCompiler(
          unit: unit, parent: self, role: .method, name: "\(syntax.name).\(method.name)", memberNames: names)
        let register = try newRegister()
        try evaluateClosure(try compiler.compile(method), compiler, method.parameters, into: register)
      }
      contents.models.append(
        ModelTemplate(
          name: syntax.name, documentation: syntax.documentation, methodNames: syntax.methods.map(\.name),
          memberNames: names))
      emit(.newModel, base, syntax.methods.count + 1, w: contents.models.count - 1)
      emit(.copy, target, base)
    }
  }

  private static func memberNames(of syntax: ModelSyntax) -> Set<String> {
    var names = Set(syntax.members.map(\.name)).union(syntax.parameters.map(\.name))
    for method in syntax.methods {
      names.insert(method.name)
      names.formUnion(NameAnalysis.free(of: method).selfAssigned)
    }
    return names
  }

  private func compileConstructor(_ syntax: ModelSyntax) throws(Diagnostic) -> Prototype {
    span = syntax.nameSpan
    shared = NameAnalysis(constructorOf: syntax).usedInside
    if !shared.isDisjoint(with: memberNames) { shared.insert("self") }
    blocks[0]["self"] = Local(register: try newRegister(), isCell: shared.contains("self"), isParameter: true)
    for parameter in syntax.parameters {
      blocks[0][parameter.name] = Local(
        register: try newRegister(), isCell: shared.contains(parameter.name), isParameter: true)
    }
    let count = nextRegister
    let kept = NameAnalysis(model: syntax, methodsOnly: true).usedInside
    for parameter in syntax.parameters where kept.contains(parameter.name) {
      emit(.keepArgument, 0, blocks[0][parameter.name]?.register ?? 0, w: nameNumber(parameter.name))
    }
    for local in blocks[0].values.filter(\.isCell).sorted(by: { $0.register < $1.register }) {
      emit(.wrapCell, local.register)
    }
    for member in syntax.members { try compileMember(member) }
    try at(syntax.nameSpan) { () throws(Diagnostic) in emit(.giveBack, try copyOfSelf()) }
    let function = FunctionSyntax(
      name: syntax.name, parameters: syntax.parameters, body: [], span: syntax.span,
      nameSpan: syntax.nameSpan,
      documentation: syntax.documentation)
    return finish(function, parameterCount: count)
  }

  private func compileMember(_ member: ModelSyntax.Member) throws(Diagnostic) {
    try at(member.value.span) { () throws(Diagnostic) in
      try withTemporaries { () throws(Diagnostic) in
        let value = try temporary(member.value)
        let instance = try load("self")
        emit(.assignMember, instance, value, member.kind.number, w: nameNumber(member.name))
      }
    }
  }

  private func copyOfSelf() throws(Diagnostic) -> Int {
    let register = try newRegister()
    emit(.copy, register, try load("self"))
    return register
  }
}

extension MemberKind {
  /// The number an instruction carries.
  var number: Int { Self.numbered.firstIndex(of: self) ?? 0 }
  static let numbered: [MemberKind] = [.plain, .param, .buffer, .layer]
}
