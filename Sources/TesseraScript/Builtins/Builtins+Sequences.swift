/// `len range zip enumerate sorted reversed map filter any all`.
extension Builtins {
  static var sequences: [NativeFunction] {
    [
      NativeFunction(
        Signature("len(value)"),
        help: Help("How many elements a value has.", example: "len(\"abc\")", output: "3"),
        fastCounts: 1...1, fast: { arguments, _, _ in Slot(try length(arguments[0])) },
        body: { arguments, _ in
          let slot = Slot(arguments["value"])
          defer { slot.release() }
          return .int(try length(slot))
        }),
      NativeFunction(
        Signature("range(start, stop=None, step=1, /)"),
        help: Help(
          "The integers from start up to but excluding stop.", details: "range(n) counts from 0.",
          example: "list(range(2, 8, 3))", output: "[2, 5]"),
        fastCounts: 1...3, fast: { arguments, count, _ in Slot(try range(arguments, count)) },
        body: { arguments, _ in
          let bounds = arguments.values.filter { if case .none = $0 { false } else { true } }.map { Slot($0) }
          return try bounds.withUnsafeBufferPointer { buffer in
            let slots = UnsafeMutablePointer(mutating: buffer.baseAddress.unsafelyUnwrapped)
            return try range(slots, arguments.isGiven("stop") ? buffer.count : 1)
          }
        }),
      NativeFunction(
        "zip(*sequences)",
        help: Help(
          "Tuples of elements side by side, as long as the shortest.", example: "zip([1, 2], \"ab\")",
          output: "[(1, 'a'), (2, 'b')]")
      ) { arguments, interpreter in
        let columns = try arguments.elements("sequences").map { try elements($0, interpreter) }
        let count = columns.map(\.count).min() ?? 0
        return .list(ListObject((0..<count).map { row in .tuple(columns.map { $0[row] }) }))
      },
      NativeFunction(
        "enumerate(values, start=0)",
        help: Help(
          "Tuples of number and element.", example: "enumerate(\"ab\")", output: "[(0, 'a'), (1, 'b')]")
      ) { arguments, interpreter in
        let start = try arguments.int("start")
        let values = try elements(arguments["values"], interpreter)
        return .list(ListObject(values.enumerated().map { .tuple([.int(start &+ $0.offset), $0.element]) }))
      },
      NativeFunction(
        "sorted(values, *, key=None, reverse=False)",
        help: Help("A new sorted list.", example: "sorted([3, 1, 2], reverse=True)", output: "[3, 2, 1]")
      ) { arguments, interpreter in
        let slots = try slots(arguments["values"], interpreter)
        do {
          return list(
            owning: try Sorting.sorted(
              slots, key: arguments["key"], reverse: try arguments.bool("reverse"), interpreter))
        } catch {
          for slot in slots { slot.release() }
          throw error
        }
      },
      NativeFunction(
        "reversed(values)",
        help: Help("A new list, back to front.", example: "reversed([1, 2])", output: "[2, 1]")
      ) { arguments, interpreter in
        list(owning: ContiguousArray(try slots(arguments["values"], interpreter).reversed()))
      },
      NativeFunction(
        "map(function, *sequences)",
        help: Help(
          "A list of what a function gives for each element.", example: "map(fn(x) => x * 2, [1, 2])",
          output: "[2, 4]"),
        body: mapped),
      NativeFunction(
        "filter(function, values)",
        help: Help(
          "A list of the elements a function says yes to.", example: "filter(fn(x) => x > 1, [1, 2])",
          output: "[2]")
      ) { arguments, interpreter in
        let kept = try elements(arguments["values"], interpreter).filter { value in
          if case .none = arguments["function"] { return try truth(value) }
          return try truth(interpreter.call(arguments["function"], Arguments([value])))
        }
        return .list(ListObject(kept))
      },
      NativeFunction(
        "any(values)", help: Help("Whether an element is true.", example: "any([0, 1])", output: "True")
      ) { arguments, interpreter in
        .bool(try elements(arguments["values"], interpreter).contains { try truth($0) })
      },
      NativeFunction(
        "all(values)", help: Help("Whether no element is false.", example: "all([0, 1])", output: "False")
      ) { arguments, interpreter in
        .bool(try elements(arguments["values"], interpreter).allSatisfy { try truth($0) })
      },
    ]
  }

  static func truth(_ value: Value) throws -> Bool {
    let slot = Slot(value)
    defer { slot.release() }
    return try Truth.of(slot)
  }

  private static func mapped(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    let columns = try arguments.elements("sequences").map { try elements($0, interpreter) }
    guard let count = columns.map(\.count).min() else {
      throw ScriptError(
        "map() needs something to walk over", help: "a map of pairs is written {key: value}", code: "E0402")
    }
    let result = ListObject()
    for row in 0..<count {
      result.append(try interpreter.call(arguments["function"], Arguments(columns.map { $0[row] })))
    }
    return .list(result)
  }

  private static func length(_ slot: Slot) throws -> Int {
    switch slot.tag {
    case .string: return slot.object(StringObject.self).count
    case .list: return slot.object(ListObject.self).slots.count
    case .tuple: return slot.object(TupleObject.self).slots.count
    case .map: return slot.object(MapObject.self).count
    case .range: return slot.object(RangeObject.self).range.count
    case .host: if let count = try slot.object(HostObject.self).length() { return count }
    default: break
    }
    throw ScriptError("a value of type \(slot.value.typeName) has no length", code: "E0403")
  }

  private static func range(_ bounds: UnsafeMutablePointer<Slot>, _ count: Int) throws -> Slot {
    for index in 0..<count where bounds[index].tag != .int {
      let type = bounds[index].value.typeName
      throw ScriptError(
        "range() takes integers, not \(type)", help: type == "float" ? "write int(x) or x // 1" : nil,
        code: "E0403")
    }
    let step = count > 2 ? bounds[2].int : 1
    if step == 0 { throw ScriptError("range() takes a step that is not 0", code: "E0403") }
    return Slot(
      .range(
        RangeValue(start: count > 1 ? bounds[0].int : 0, stop: bounds[count > 1 ? 1 : 0].int, step: step)))
  }

  /// As above with a value for the host.
  private static func range(_ bounds: UnsafeMutablePointer<Slot>, _ count: Int) throws -> Value {
    let slot: Slot = try range(bounds, count)
    defer { slot.release() }
    return slot.value
  }
}
