/// What the functions of one source share while they are compiled.
final class CompilationUnit {
  let file: SourceFile
  let globals: GlobalTable
  /// Ends in NUL for an imported file, whose names are its own; empty for the session.
  let modulePrefix: String
  /// Whether statements begin with `mark`.
  let marksLines: Bool
  let warning: (Diagnostic) -> Void
  /// Constants this source declares at top level.
  var constants: Set<String> = []
  private var warnedNames: Set<String> = []

  init(
    file: SourceFile, globals: GlobalTable, modulePrefix: String = "", marksLines: Bool = false,
    warning: @escaping (Diagnostic) -> Void
  ) {
    self.file = file
    self.globals = globals
    self.modulePrefix = modulePrefix
    self.marksLines = marksLines
    self.warning = warning
  }

  func error(_ code: String, _ title: String, at span: Span, help: String? = nil) -> Diagnostic {
    file.diagnostic(code, .syntax, title, at: span, help: help)
  }

  func globalNumber(_ name: String, _ span: Span) throws(Diagnostic) -> Int {
    guard let number = globals.number(of: modulePrefix + name) else {
      throw error("E0109", "the session has too many names", at: span)
    }
    return number
  }

  /// Checks an assignment of a session variable: constants stay, and hiding a builtin is worth a warning.
  func willAssign(_ name: String, at span: Span) throws(Diagnostic) {
    if constants.contains(name) || globals.constantOwners[modulePrefix + name] != nil {
      throw error(
        "E0114", "`\(name)` is a constant", at: span,
        help: "choose another name, or declare it without `const`")
    }
    guard modulePrefix.isEmpty, let number = globals.existingNumber(of: name),
      globals.builtins[number].tag != .unset, globals.slots[number].tag == .unset,
      warnedNames.insert(name).inserted
    else { return }
    warning(
      file.diagnostic(
        "E0115", .warning, "`\(name)` is also a builtin, which this hides", at: span,
        help: "the builtin stays reachable as builtin.\(name)"))
  }

  /// Whether the session has a variable of this name already.
  func isKnown(_ name: String) -> Bool {
    globals.existingNumber(of: modulePrefix + name).map { globals.slots[$0].tag != .unset } ?? false
  }

  func declareConstant(_ name: String, at span: Span) throws(Diagnostic) {
    let owner = globals.constantOwners[modulePrefix + name]
    if constants.contains(name) || (owner != nil && owner != file.source.name) {
      throw error("E0114", "`\(name)` is already a constant", at: span, help: "choose another name")
    }
    constants.insert(name)
    globals.constantOwners[modulePrefix + name] = file.source.name
  }
}
