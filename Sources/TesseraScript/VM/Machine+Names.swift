/// Names that mean nothing yet, with what may have been meant.
extension Machine {
  func unassigned(_ name: String) -> ScriptError {
    ScriptError(
      "`\(name)` is read before it is assigned",
      help: "a name assigned anywhere in a function belongs to that function", code: "E0302")
  }

  /// Spellings of values in other languages.
  private static let foreignValues = [
    "null": "None", "nil": "None", "undefined": "None", "none": "None", "true": "True", "false": "False",
    "nan": "float(\"nan\")", "inf": "float(\"inf\")", "this": "self", "raise": "error(…)",
    "lambda": "fn(x) => …",
  ]

  /// What programs in Python put in front of the names.
  private static let foreignPackages: Set = [
    "torch", "nn", "F", "np", "numpy", "monai", "tf", "jnp", "plt", "math", "optim",
  ]

  func unknownName(_ fullName: String) -> ScriptError {
    let name = GlobalTable.plainName(fullName)
    if interpreter.plannedNames.contains(name) {
      return ScriptError(
        "`\(name)` belongs to the language but is not built yet", help: "the README lists what works",
        code: "E0303")
    }
    if let meant = Self.foreignValues[name] {
      return ScriptError("`\(name)` is not defined", help: "write \(meant)", code: "E0301")
    }
    if Self.foreignPackages.contains(name) {
      return ScriptError(
        "`\(name)` is not defined", help: "names stand by themselves here: ones(2, 3), Conv3d(…), relu(x)",
        code: "E0301")
    }
    let session = globals.order.map { globals.names[$0] }
    return ScriptError(
      "`\(name)` is not defined", help: Suggestion.sentence(for: name, among: session + globals.builtinNames),
      code: "E0301")
  }

  /// A name inside a method: a member, a method, a constructor argument, or a session variable.
  func member(_ name: String, of slot: Slot, _ frame: Frame) throws -> Slot {
    let instance = slot.object(InstanceObject.self)
    if let slot = instance.slot(name) { return slot.copied() }
    if let method = instance.type.methods[name] {
      return Slot(retaining: method.bound(to: instance), .function)
    }
    for name in [frame.prototype.takeUnretainedValue().file.modulePrefix + name, name] {
      if let number = globals.existingNumber(of: name) {
        let slot = globals.slots[number].tag == .unset ? globals.builtins[number] : globals.slots[number]
        if slot.tag != .unset { return slot.copied() }
      }
    }
    throw ScriptError(
      "the member `\(name)` is not set yet", help: "members are set in their order, and by self.\(name) = …",
      code: "E0302")
  }
}
