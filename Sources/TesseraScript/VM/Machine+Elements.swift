/// `x[i]`: reading, setting, deleting. Results are owned by the caller.
extension Machine {
  func element(of object: Slot, at index: Slot) throws -> Slot {
    switch object.tag {
    case .list:
      let slots = object.object(ListObject.self).slots
      if index.tag == .slice {
        return Slot(retaining: ListObject(owning: try picked(slots, index)), .list)
      }
      return slots[try position(index, slots.count, "list")].copied()
    case .tuple:
      let slots = object.object(TupleObject.self).slots
      if index.tag == .slice {
        return Slot(retaining: TupleObject(owning: try picked(slots, index)), .tuple)
      }
      return slots[try position(index, slots.count, "tuple")].copied()
    case .string: return try character(of: object.object(StringObject.self), at: index)
    case .map:
      guard let value = try object.object(MapObject.self).table.value(of: index) else {
        throw noKey(index, object.object(MapObject.self))
      }
      return value.copied()
    case .range: return try element(of: object.object(RangeObject.self).range, at: index)
    case .host: return Slot(try object.object(HostObject.self).index(try items(index)))
    default: throw notIndexable(object)
    }
  }

  private func notIndexable(_ object: Slot) -> ScriptError {
    ScriptError("a value of type \(object.value.typeName) has no elements to index", code: "E0405")
  }

  private func noKey(_ key: Slot, _ map: MapObject) -> ScriptError {
    var help = "m.get(key, default) gives a default instead"
    if key.tag == .string {
      let keys = map.table.pairs.filter { $0.key.tag == .string }
      let names = keys.map { $0.key.object(StringObject.self).text }
      help = Suggestion.sentence(for: key.object(StringObject.self).text, among: names) ?? help
    }
    return ScriptError("the map has no key \(key.value.shortDescription)", help: help, code: "E0413")
  }

  /// The place of an index in `count` elements, negative ones counted from the end.
  func position(_ index: Slot, _ count: Int, _ type: String) throws -> Int {
    guard index.tag == .int || index.tag == .bool else {
      throw ScriptError("a \(type) is indexed by integers, not by \(index.value.typeName)", code: "E0406")
    }
    let place = index.int < 0 ? index.int + count : index.int
    guard place >= 0, place < count else {
      throw ScriptError(
        "index \(index.int) is outside a \(type) of \(counted(count, "element"))",
        help: count == 0 ? "it is empty" : "indices go from \(-count) to \(count - 1)", code: "E0406")
    }
    return place
  }

  private func picked(_ slots: ContiguousArray<Slot>, _ index: Slot) throws -> ContiguousArray<Slot> {
    var result: ContiguousArray<Slot> = []
    for place in try index.object(SliceObject.self).positions(count: slots.count) {
      result.append(slots[place].copied())
    }
    return result
  }

  private func character(of string: StringObject, at index: Slot) throws -> Slot {
    guard index.tag == .slice else {
      return Slot(
        retaining: StringObject(string.character(try position(index, string.count, "string"))), .string)
    }
    let positions = try index.object(SliceObject.self).positions(count: string.count)
    var text = String.UnicodeScalarView()
    if string.isASCII {
      let bytes = Array(string.text.utf8)
      for place in positions { text.append(Unicode.Scalar(bytes[place])) }
    } else {
      for place in positions { text.append(string.scalars[place]) }
    }
    return Slot(retaining: StringObject(String(text)), .string)
  }

  private func element(of range: RangeValue, at index: Slot) throws -> Slot {
    guard index.tag == .slice else {
      return Slot(range.number(at: try position(index, range.count, "range")))
    }
    return Slot(.range(try range.part(index.object(SliceObject.self))))
  }

  /// What stands between the brackets, as the host sees it.
  func items(_ index: Slot) throws -> [IndexItem] {
    guard index.tag == .tuple else { return [item(index)] }
    return index.object(TupleObject.self).slots.map(item)
  }

  private func item(_ slot: Slot) -> IndexItem {
    switch slot.tag {
    case .int: return .int(slot.int)
    case .none: return .newAxis
    case .ellipsis: return .ellipsis
    case .slice:
      let slice = slot.object(SliceObject.self)
      return .slice(start: slice.start, stop: slice.stop, step: slice.step)
    default: return .value(slot.value)
    }
  }

  func setElement(of object: Slot, at index: Slot, to value: Slot) throws {
    if value.mayHoldOthers { cycles.note(object) }
    switch object.tag {
    case .list:
      let list = object.object(ListObject.self)
      if index.tag == .slice { return try replace(index.object(SliceObject.self), of: list, with: value) }
      let place = try position(index, list.slots.count, "list")
      let old = list.slots[place]
      list.slots[place] = value.copied()
      old.release()
    case .map:
      if index.tag == .slice { throw ScriptError("a map is not indexed by slices", code: "E0407") }
      try object.with(MapObject.self) { try $0.table.set(index, to: value.copied()) }
    case .host: try object.object(HostObject.self).setIndex(try items(index), to: value.value)
    case .string, .tuple:
      throw ScriptError(
        "the elements of a \(object.value.typeName) cannot be set", help: "make a new one", code: "E0405")
    default: throw notIndexable(object)
    }
  }

  private func replace(_ slice: SliceObject, of list: ListObject, with value: Slot) throws {
    let new = try elements(of: value)
    let places = Array(try slice.positions(count: list.slots.count))
    if slice.step == nil || slice.step == 1 {
      let start =
        places.first ?? min(max(slice.start.map { $0 < 0 ? $0 + list.count : $0 } ?? 0, 0), list.count)
      let old = list.slots[start..<(start + places.count)]
      list.slots.replaceSubrange(start..<(start + places.count), with: new)
      for slot in old { slot.release() }
      return
    }
    guard places.count == new.count else {
      for slot in new { slot.release() }
      throw ScriptError("\(counted(new.count, "value")) for \(counted(places.count, "place"))", code: "E0406")
    }
    for (place, slot) in zip(places, new) {
      let old = list.slots[place]
      list.slots[place] = slot
      old.release()
    }
  }

  func deleteElement(of object: Slot, at index: Slot) throws {
    switch object.tag {
    case .list:
      let list = object.object(ListObject.self)
      guard index.tag == .slice else {
        return list.slots.remove(at: try position(index, list.slots.count, "list")).release()
      }
      for place in Array(try index.object(SliceObject.self).positions(count: list.count)).sorted(by: >) {
        list.slots.remove(at: place).release()
      }
    case .map:
      guard let old = try object.object(MapObject.self).table.remove(index) else {
        throw noKey(index, object.object(MapObject.self))
      }
      old.release()
    default:
      throw ScriptError("elements of a \(object.value.typeName) cannot be deleted", code: "E0405")
    }
  }
}
