/// Scopes, assertions, imports.
extension Machine {
  func enterScope(_ scope: Slot) throws -> Slot {
    if scope.tag == .host, let value = try scope.object(HostObject.self).enter(interpreter) {
      return Slot(value)
    }
    let type = scope.value.typeName
    throw ScriptError(
      "a value of type \(type) is not a scope",
      help: "`with` takes scopes such as no_grad or memory(\"label\")",
      code: "E0416")
  }

  /// `kind`: 1 where both sides of a comparison are known, 2 where there is a message.
  func assertionFailure(_ slots: UnsafeMutablePointer<Slot>, kind: Int) -> ScriptError {
    var error = ScriptError("the assertion does not hold", code: "E0420")
    if kind & 2 != 0 { error.title = Text.plain(slots[2].value) }
    if kind & 1 != 0 {
      error.notes = [
        .init("left:  \(Describer.repr(slots[0].value))"), .init("right: \(Describer.repr(slots[1].value))"),
      ]
    }
    for index in 0..<3 {
      slots[index].release()
      slots[index] = .unset
    }
    return error
  }

  func importFile(_ path: String, name: String) throws -> Slot {
    if modules.underWay.contains(path) {
      let cycle = (modules.underWay + [path]).joined(separator: " → ")
      throw ScriptError("files import each other in a circle: \(cycle)", code: "E0602")
    }
    if modules.loaded[path] == nil {
      let source = try interpreter.importer(path)
      modules.underWay.append(path)
      defer { modules.underWay.removeLast() }
      let prefix = path + "\0"
      let file = SourceFile(source, modulePrefix: prefix)
      let unit = CompilationUnit(
        file: file, globals: globals, modulePrefix: prefix, warning: interpreter.warning)
      let prototype = try ProgramCompiler.compile(unit)
      guard nativeDepth < Self.deepestNativeCalls else {
        throw ScriptError("files import each other too deeply", code: "E0602")
      }
      nativeDepth += 1
      defer { nativeDepth -= 1 }
      let result = programResult
      programResult = .unset
      defer {
        programResult.release()
        programResult = result
      }
      try run(prototype)
      modules.loaded[path] = ModuleObject(path: path, prefix: prefix, globals: globals)
    }
    guard let module = modules.loaded[path] else { return .none }
    if let value = module.attribute(name) { return Slot(value) }
    return Slot(retaining: module, .host)
  }
}

/// The files that were imported.
struct ModuleTable {
  var loaded: [String: ModuleObject] = [:]
  /// Files whose import is under way, outermost first.
  var underWay: [String] = []
}

/// An imported file: its names are its attributes.
final class ModuleObject: HostObject {
  private let path: String
  private let prefix: String
  private unowned let globals: GlobalTable

  init(path: String, prefix: String, globals: GlobalTable) {
    self.path = path
    self.prefix = prefix
    self.globals = globals
  }

  override var typeName: String { "module" }
  override func attribute(_ name: String) -> Value? {
    guard let number = globals.existingNumber(of: prefix + name), globals.slots[number].tag != .unset else {
      return nil
    }
    return globals.slots[number].value
  }
  override var attributeNames: [String] {
    globals.order.map { globals.names[$0] }.filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }
  override func describe() -> String { "<module \"\(path)\">" }
}
