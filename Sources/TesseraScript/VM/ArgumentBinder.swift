/// Sorts the arguments of a call to the parameters of a script function.
enum ArgumentBinder {
  /// Moves `given` (the last of which have `names`) into `values`, one a parameter.
  static func bind(
    _ given: inout [Slot], _ names: [String], _ parameters: [FunctionSyntax.Parameter], values: inout [Slot],
    function: FunctionObject
  ) throws {
    try bindPositional(&given, given.count - names.count, parameters, &values, function)
    try bindNamed(&given, names, parameters, &values, function)
    var defaults = function.defaults.makeIterator()
    for (index, parameter) in parameters.enumerated() {
      let value = parameter.defaultValue == nil ? nil : defaults.next()
      guard values[index].tag == .unset else { continue }
      switch parameter.kind {
      case .variadic: values[index] = Slot(retaining: TupleObject(owning: []), .tuple)
      case .keywordVariadic: values[index] = Slot(retaining: MapObject(), .map)
      default:
        guard let value else { throw missing(parameter.name, function) }
        values[index] = value.copied()
      }
    }
  }

  private static func bindPositional(
    _ given: inout [Slot], _ count: Int, _ parameters: [FunctionSyntax.Parameter], _ values: inout [Slot],
    _ function: FunctionObject
  ) throws {
    var next = 0
    for (index, parameter) in parameters.enumerated() {
      switch parameter.kind {
      case .plain, .positionalOnly:
        guard next < count else { continue }
        values[index] = given[next]
        given[next] = .unset
        next += 1
      case .variadic:
        values[index] = Slot(retaining: TupleObject(owning: ContiguousArray(given[next..<count])), .tuple)
        for place in next..<count { given[place] = .unset }
        next = count
      case .keywordOnly, .keywordVariadic: break
      }
    }
    guard next < count else { return }
    throw ScriptError(
      "\(function.name)() takes \(counted(next, "argument")) by place, not \(count)",
      help: "expected \(function.signature)", code: "E0402")
  }

  private static func bindNamed(
    _ given: inout [Slot], _ names: [String], _ parameters: [FunctionSyntax.Parameter],
    _ values: inout [Slot],
    _ function: FunctionObject
  ) throws {
    let first = given.count - names.count
    for (offset, name) in names.enumerated() {
      let place = first + offset
      let index = parameters.firstIndex {
        $0.name == name && $0.kind != .variadic && $0.kind != .keywordVariadic && $0.kind != .positionalOnly
      }
      if let index {
        guard values[index].tag == .unset else {
          throw ScriptError(
            "\(function.name)() got `\(name)` twice", help: "expected \(function.signature)", code: "E0402")
        }
        values[index] = given[place]
      } else if let rest = parameters.firstIndex(where: { $0.kind == .keywordVariadic }) {
        if values[rest].tag == .unset { values[rest] = Slot(retaining: MapObject(), .map) }
        values[rest].object(MapObject.self).table.setString(name, to: given[place])
      } else {
        throw unknown(name, parameters.map(\.name), function.name, function.signature)
      }
      given[place] = .unset
    }
  }

  static func unknown(
    _ name: String, _ known: [String], _ function: String, _ signature: Signature
  ) -> ScriptError {
    ScriptError(
      "\(function)() has no parameter `\(name)`",
      help: Suggestion.sentence(for: name, among: known) ?? "expected \(signature)", code: "E0401",
      notes: Suggestion.best(for: name, among: known) == nil ? [] : [.init("expected \(signature)")])
  }

  private static func missing(_ name: String, _ function: FunctionObject) -> ScriptError {
    ScriptError(
      "\(function.name)() is missing its argument `\(name)`", help: "expected \(function.signature)",
      code: "E0402")
  }
}

/// `1 argument`, `2 arguments`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
