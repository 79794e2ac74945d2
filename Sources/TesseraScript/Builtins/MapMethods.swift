/// The methods of maps, as Python's.
enum MapMethods {
  static let table = Methods.table([get, keys, values, items, pop, setdefault, update, clear, copy])

  private static func map(_ slot: Slot) -> MapObject { slot.object(MapObject.self) }

  private static let get = Method("get(key, default=None, /)", counts: 1...2) {
    receiver, arguments, count, _ in
    let value = try receiver.with(MapObject.self) { try $0.table.value(of: arguments[0]) }
    return (value ?? (count == 2 ? arguments[1] : .none)).copied()
  }

  private static func list(_ receiver: Slot, _ element: (SlotTable.Entry) -> Slot) -> Slot {
    let slots = map(receiver).table.pairs.map(element)
    return Slot(retaining: ListObject(owning: ContiguousArray(slots)), .list)
  }

  private static let keys = Method("keys()", counts: 0...0) { receiver, _, _, _ in
    list(receiver) { $0.key.copied() }
  }

  private static let values = Method("values()", counts: 0...0) { receiver, _, _, _ in
    list(receiver) { $0.value.copied() }
  }

  private static let items = Method("items()", counts: 0...0) { receiver, _, _, _ in
    list(receiver) { Slot(retaining: TupleObject(owning: [$0.key.copied(), $0.value.copied()]), .tuple) }
  }

  private static let pop = Method("pop(key, default=None, /)", counts: 1...2) {
    receiver, arguments, count, _ in
    if let value = try map(receiver).table.remove(arguments[0]) { return value }
    if count == 2 { return arguments[1].copied() }
    throw ScriptError(
      "the map has no key \(arguments[0].value.shortDescription)",
      help: "pop(key, default) gives a default instead",
      code: "E0413")
  }

  private static let setdefault = Method("setdefault(key, default=None, /)", counts: 1...2) {
    receiver, arguments, count, machine in
    let map = map(receiver)
    if let value = try map.table.value(of: arguments[0]) { return value.copied() }
    let value = count == 2 ? arguments[1] : .none
    if value.mayHoldOthers { machine.cycles.note(receiver) }
    try map.table.set(arguments[0], to: value.copied())
    return value.copied()
  }

  private static let update = Method("update(other, /)", counts: 1...1) { receiver, arguments, _, machine in
    guard arguments[0].tag == .map else {
      throw ScriptError("update() takes a map, not \(arguments[0].value.typeName)", code: "E0403")
    }
    for entry in map(arguments[0]).table.pairs {
      if entry.value.mayHoldOthers { machine.cycles.note(receiver) }
      try map(receiver).table.set(entry.key, to: entry.value.copied())
    }
    return .none
  }

  private static let clear = Method("clear()", counts: 0...0) { receiver, _, _, _ in
    Teardown.release(map(receiver).table.takeAll())
    return .none
  }

  private static let copy = Method("copy()", counts: 0...0) { receiver, _, _, _ in
    let result = MapObject()
    for entry in map(receiver).table.pairs {
      try result.table.set(entry.key, to: entry.value.copied())
    }
    return Slot(retaining: result, .map)
  }
}
