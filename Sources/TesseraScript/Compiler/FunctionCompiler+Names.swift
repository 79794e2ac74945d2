/// What a name means: local, then captured, then a member, then a session variable or builtin.
extension FunctionCompiler {
  enum Meaning {
    case local(Local)
    case capture(Int)
    /// A member of the instance, found through `self`.
    case member
    /// The running function itself.
    case running
    case global
  }

  func meaning(of name: String) -> Meaning {
    if let local = local(name) { return .local(local) }
    if name == ownName { return .running }
    if let capture = capture(name) { return .capture(capture) }
    return isMember(name) ? .member : .global
  }

  private func local(_ name: String) -> Local? {
    for block in blocks.reversed() { if let local = block[name] { return local } }
    return nil
  }

  /// Members are seen by methods and by functions inside methods.
  private func isMember(_ name: String) -> Bool {
    if role == .method || role == .constructor { return memberNames.contains(name) }
    guard let parent, role == .function else { return false }
    return parent.isMember(name)
  }

  /// The number of the captured variable; nil where no enclosing function has the name before a member or the session.
  func capture(_ name: String) -> Int? {
    if let index = captures.firstIndex(where: { $0.name == name }) { return index }
    guard let parent else { return nil }
    // A method's members hide what surrounds the model; `self` always is the method's own.
    if role == .method || role == .constructor, memberNames.contains(name) || name == "self" { return nil }
    let source: Capture.Source
    if let local = parent.local(name), local.isCell {
      source = .parentRegister(local.register)
    } else if let outer = parent.capture(name) {
      source = .parentCapture(outer)
    } else {
      return nil
    }
    captures.append(Capture(name: name, source: source))
    return captures.count - 1
  }

  /// Loads a name into a register: its own where it is a local, `target` or a new one otherwise.
  func load(_ name: String, into target: Int? = nil) throws(Diagnostic) -> Int {
    switch meaning(of: name) {
    case .local(let local):
      if !local.isCell {
        if !local.isParameter { emitWide(.check, local.register, x: nameNumber(name)) }
        return local.register
      }
      let register = try register(target)
      emit(.getCell, register, local.register, w: nameNumber(name))
      return register
    case .capture(let index):
      let register = try register(target)
      emit(.getCapture, register, index, w: nameNumber(name))
      return register
    case .running:
      let register = try register(target)
      emit(.loadSelf, register)
      return register
    case .member:
      let register = try register(target)
      try withTemporaries { () throws(Diagnostic) in
        let instance = try load("self")
        emit(.member, register, instance, w: nameNumber(name))
      }
      return register
    case .global:
      let register = try register(target)
      emitWide(.getGlobal, register, x: try unit.globalNumber(name, span))
      return register
    }
  }

  /// The register an assignment to `name` may compute its value in; nil where it must be stored afterwards.
  func directRegister(_ name: String) -> Int? {
    guard case .local(let local) = assignmentMeaning(name), !local.isCell else { return nil }
    return local.register
  }

  private func assignmentMeaning(_ name: String) -> Meaning {
    if let local = local(name) { return .local(local) }
    return .global
  }

  /// Assigns the value in `register`, which is moved out.
  func store(_ name: String, from register: Int) throws(Diagnostic) {
    switch assignmentMeaning(name) {
    case .local(let local):
      if localConstants.contains(name) { throw unit.error("E0114", "`\(name)` is a constant", at: span) }
      if local.isCell {
        emit(.setCell, register, local.register)
      } else if local.register != register {
        emit(.copy, local.register, register)
      }
    default:
      try unit.willAssign(name, at: span)
      emitWide(.setGlobal, register, x: try unit.globalNumber(name, span))
    }
  }

  // MARK: Declaring

  /// Declares the names a function assigns, with a cell for those its inner functions share.
  func declareLocals(_ analysis: NameAnalysis) throws(Diagnostic) {
    shared.formUnion(analysis.usedInside)
    assignedOnce = analysis.assignedOnce
    warnOfSlips(analysis)
    guard role != .program else { return }
    for name in analysis.assigned where blocks[0][name] == nil {
      _ = try declare(name, in: 0)
    }
  }

  /// Warns of names that are given a value and never read, where another name is so near that it was probably meant.
  ///
  /// What stands at the top of a program may be read by the next one; inside a block there it is most likely a slip.
  private func warnOfSlips(_ analysis: NameAnalysis) {
    let known = analysis.assigned + blocks[0].keys.sorted() + memberNames.sorted()
    for name in analysis.assigned {
      guard let place = analysis.written[name], role != .program || place.isInBlock,
        !analysis.used.contains(name), !analysis.usedInside.contains(name),
        role != .program || !unit.isKnown(name),
        let other = known.first(where: { Suggestion.isSlip(name, for: $0) && analysis.used.contains($0) })
      else { continue }
      unit.warning(
        unit.file.diagnostic(
          "E0118", .warning, "`\(name)` is given a value that nothing reads", at: place.span,
          help: "did you mean `\(other)`?"))
    }
  }

  /// Declares a name in a block; a shared one begins as an empty cell.
  func declare(
    _ name: String, in block: Int, isParameter: Bool = false, isAssigned: Bool = false
  ) throws(Diagnostic) -> Local {
    let register = try newRegister()
    let isCell = shared.contains(name)
    if isCell { emit(isParameter ? .wrapCell : .newCell, register) }
    let local = Local(register: register, isCell: isCell, isParameter: isParameter || isAssigned)
    blocks[block][name] = local
    return local
  }
}
