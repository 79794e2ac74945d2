/// The methods of lists, as Python's.
enum ListMethods {
  static let table = Methods.table([
    append, extend, insert, pop, remove, clear, index, count, reverse, sort, copy,
  ])

  private static func list(_ slot: Slot) -> ListObject { slot.object(ListObject.self) }

  private static let append = Method("append(value, /)", counts: 1...1, isAppend: true) {
    receiver, arguments, _, machine in
    let list = list(receiver)
    if arguments[0].mayHoldOthers { machine.cycles.note(receiver) }
    try Machine.checkList(list.slots.count + 1)
    list.slots.append(arguments[0].copied())
    return .none
  }

  private static let extend = Method("extend(values, /)", counts: 1...1) { receiver, arguments, _, machine in
    try machine.extend(receiver, with: arguments[0])
    return .none
  }

  private static let insert = Method("insert(index, value, /)", counts: 2...2) {
    receiver, arguments, _, machine in
    if arguments[1].mayHoldOthers { machine.cycles.note(receiver) }
    let list = list(receiver)
    guard arguments[0].tag == .int else {
      throw ScriptError("insert() takes an integer first", code: "E0403")
    }
    let place = arguments[0].int < 0 ? arguments[0].int + list.count : arguments[0].int
    list.slots.insert(arguments[1].copied(), at: min(max(place, 0), list.count))
    return .none
  }

  private static let pop = Method("pop(index=-1, /)", counts: 0...1) { receiver, arguments, count, machine in
    let list = list(receiver)
    if list.slots.isEmpty { throw ScriptError("pop() from an empty list", code: "E0406") }
    if count == 0 { return list.slots.removeLast() }
    return list.slots.remove(at: try machine.position(arguments[0], list.count, "list"))
  }

  private static let remove = Method("remove(value, /)", counts: 1...1) { receiver, arguments, _, _ in
    let list = list(receiver)
    list.slots.remove(at: try place(of: arguments[0], in: list)).release()
    return .none
  }

  private static let clear = Method("clear()", counts: 0...0) { receiver, _, _, _ in
    let list = list(receiver)
    let old = list.slots
    list.slots = []
    Teardown.release(old)
    return .none
  }

  private static let index = Method("index(value, /)", counts: 1...1) { receiver, arguments, _, _ in
    Slot(try place(of: arguments[0], in: list(receiver)))
  }

  private static let count = Method("count(value, /)", counts: 1...1) { receiver, arguments, _, _ in
    Slot(try list(receiver).slots.filter { try Equality.equal($0, arguments[0]) }.count)
  }

  private static let reverse = Method("reverse()", counts: 0...0) { receiver, _, _, _ in
    list(receiver).slots.reverse()
    return .none
  }

  private static let sort = Method("sort(*, key=None, reverse=False)") { receiver, arguments, interpreter in
    guard case .list(let list) = receiver else { return .none }
    // The list is empty while keys are computed: a key function that changes it cannot spoil the sorting.
    let slots = list.slots
    list.slots = []
    do {
      let sorted = try Sorting.sorted(
        slots, key: arguments["key"], reverse: try arguments.bool("reverse"), interpreter)
      Teardown.release(list.slots)
      list.slots = sorted
    } catch {
      Teardown.release(list.slots)
      list.slots = slots
      throw error
    }
    return .none
  }

  private static let copy = Method("copy()", counts: 0...0) { receiver, _, _, _ in
    Slot(retaining: ListObject(owning: list(receiver).slots.retained()), .list)
  }

  static func place(of value: Slot, in list: ListObject) throws -> Int {
    guard let place = try list.slots.firstIndex(where: { try Equality.equal($0, value) }) else {
      throw ScriptError("the list does not contain \(value.value.shortDescription)", code: "E0413")
    }
    return place
  }
}

/// The methods of tuples.
enum TupleMethods {
  static let table = Methods.table([index, count])

  private static let index = Method("index(value, /)", counts: 1...1) { receiver, arguments, _, _ in
    let slots = receiver.object(TupleObject.self).slots
    guard let place = try slots.firstIndex(where: { try Equality.equal($0, arguments[0]) }) else {
      throw ScriptError("the tuple does not contain \(arguments[0].value.shortDescription)", code: "E0413")
    }
    return Slot(place)
  }

  private static let count = Method("count(value, /)", counts: 1...1) { receiver, arguments, _, _ in
    Slot(try receiver.object(TupleObject.self).slots.filter { try Equality.equal($0, arguments[0]) }.count)
  }
}
