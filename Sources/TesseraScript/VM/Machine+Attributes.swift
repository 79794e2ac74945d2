/// `x.name`. Results are owned by the caller.
extension Machine {
  func attribute(_ name: String, of object: Slot) throws -> Slot {
    switch object.tag {
    case .host:
      if let value = try object.object(HostObject.self).attribute(name) { return Slot(value) }
    case .instance: if let slot = try attribute(name, of: object.object(InstanceObject.self)) { return slot }
    case .map:
      if let method = Methods.find(name, object) { return Slot(.native(method.bound(to: object.value))) }
      if let slot = object.object(MapObject.self).table.valueOfString(name) { return slot.copied() }
    case .range:
      let range = object.object(RangeObject.self).range
      switch name {
      case "start": return Slot(range.start)
      case "stop": return Slot(range.stop)
      case "step": return Slot(range.step)
      default: break
      }
    case .list, .string, .tuple:
      if let method = Methods.find(name, object) { return Slot(.native(method.bound(to: object.value))) }
    case .function where name == "name":
      return Slot(.string(object.object(FunctionObject.self).name))
    case .native where name == "name":
      return Slot(.string(object.object(NativeFunction.self).name))
    case .modelType where name == "name":
      return Slot(.string(object.object(ModelType.self).name))
    default: break
    }
    throw noAttribute(name, object)
  }

  private func attribute(_ name: String, of instance: InstanceObject) throws -> Slot? {
    if let slot = instance.slot(name) { return slot.copied() }
    if let method = instance.type.methods[name] {
      return Slot(retaining: method.bound(to: instance), .function)
    }
    return try interpreter.modelHost?.attribute(name, of: instance).map { Slot($0) }
  }

  func attributeNames(of object: Slot) -> [String] {
    switch object.tag {
    case .host: return object.object(HostObject.self).attributeNames
    case .instance:
      let instance = object.object(InstanceObject.self)
      return instance.memberNames + instance.type.methodNames
        + (interpreter.modelHost?.attributeNames(of: instance) ?? [])
    case .map:
      let keys = object.object(MapObject.self).table.pairs.filter { $0.key.tag == .string }
      return Methods.names(object) + keys.map { $0.key.object(StringObject.self).text }
    case .range: return ["start", "stop", "step"]
    case .list, .string, .tuple: return Methods.names(object)
    case .function, .native, .modelType: return ["name"]
    default: return []
    }
  }

  /// Spellings of other languages for methods here.
  private static let foreignAttributes = [
    "length": "len(x)", "size": "len(x)", "push": "append", "add": "append", "contains": "`in`",
    "has_key": "`in`",
    "len": "len(x)", "count": "len(x)", "toString": "str(x)", "trim": "strip", "toUpperCase": "upper",
    "toLowerCase": "lower", "includes": "`in`", "iteritems": "items",
  ]

  /// What a type has instead of something that other types, or lists of other languages, have.
  private static func foreignName(_ name: String, _ tag: Slot.Tag) -> String? {
    switch tag {
    case .host: return nil
    case .map where ["append", "push", "add", "insert"].contains(name): return "m[key] = value"
    default:
      return foreignAttributes[name]
        ?? Suggestion.best(for: name, among: foreignAttributes.keys.sorted()).flatMap {
          foreignAttributes[$0]
        }
    }
  }

  func noAttribute(_ name: String, _ object: Slot) -> ScriptError {
    let type = object.value.typeName
    let names = attributeNames(of: object)
    var help = Suggestion.sentence(for: name, among: names)
    if help == nil, let meant = Self.foreignName(name, object.tag) { help = "write \(meant)" }
    if help == nil, object.tag == .none { help = "a function without `return` gives None" }
    return ScriptError("\(type) has no attribute `\(name)`", help: help, code: "E0304")
  }

  func setAttribute(_ name: String, of object: Slot, to value: Slot) throws {
    switch object.tag {
    case .host:
      let host = object.object(HostObject.self)
      if try host.setAttribute(name, to: value.value) { return }
      if host.attributeNames.contains(name) {
        throw ScriptError("`\(name)` of \(host.typeName) cannot be set", code: "E0305")
      }
      throw noAttribute(name, object)
    case .instance:
      let instance = object.object(InstanceObject.self)
      if try interpreter.modelHost?.setAttribute(name, of: instance, to: value.value) ?? false { return }
      try assignMember(name, nil, of: object, to: value)
    case .map:
      if value.mayHoldOthers { cycles.note(object) }
      object.object(MapObject.self).table.setString(name, to: value.copied())
    default:
      throw ScriptError("attributes of \(object.value.typeName) cannot be set", code: "E0305")
    }
  }

  func assignMember(_ name: String, _ kind: MemberKind?, of object: Slot, to value: Slot) throws {
    if value.mayHoldOthers { cycles.note(object) }
    let instance = object.object(InstanceObject.self)
    let kind = instance.setMember(name, owning: value.copied(), kind: kind)
    try interpreter.modelHost?.didAssign(member: kind, name: name, value: value.value, to: instance)
  }
}
