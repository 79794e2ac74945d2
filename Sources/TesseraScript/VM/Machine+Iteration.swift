/// Walking over values, taking them apart.
extension Machine {
  func prepareIteration(_ registers: UnsafeMutablePointer<Slot>, _ source: Slot) throws {
    func put(_ index: Int, _ slot: Slot) {
      let old = registers[index]
      registers[index] = slot
      old.release()
    }
    if source.tag == .list {
      put(1, Slot(0))
      return put(0, source.copied())
    }
    guard source.tag == .range else { return put(0, Slot(retaining: try iterator(over: source), .iterator)) }
    let range = source.object(RangeObject.self).range
    put(1, Slot(range.stop))
    put(2, Slot(range.step))
    put(0, Slot(range.start))
  }

  private func iterator(over source: Slot) throws -> IteratorObject {
    switch source.tag {
    case .tuple: return IteratorObject(.tuple(source.object(TupleObject.self)))
    case .string: return IteratorObject(.string(source.object(StringObject.self)))
    case .map:
      let map = source.object(MapObject.self)
      return IteratorObject(.map(map, count: map.count))
    case .host:
      let host = source.object(HostObject.self)
      if let iterator = try host.iterator() { return IteratorObject(.host(iterator)) }
    default: break
    }
    let type = source.value.typeName
    throw ScriptError(
      "a value of type \(type) cannot be walked over",
      help: source.tag == .int
        ? "write range(\(source.int))" : source.tag == .none ? "a function without `return` gives None" : nil,
      code: "E0414")
  }

  /// The elements of anything that can be walked over, owned by the caller.
  func elements(of source: Slot) throws -> ContiguousArray<Slot> {
    switch source.tag {
    case .list: return source.object(ListObject.self).slots.retained()
    case .tuple: return source.object(TupleObject.self).slots.retained()
    case .range:
      let range = source.object(RangeObject.self).range
      try Self.checkList(range.count)
      return ContiguousArray((0..<range.count).map { Slot(range.number(at: $0)) })
    default:
      let iterator = try iterator(over: source)
      var result: ContiguousArray<Slot> = []
      do {
        while let next = try iterator.next() {
          result.append(next)
          if result.count & 0xFFF == 0 { try checkLimits() }
          try Self.checkList(result.count)
        }
      } catch {
        for slot in result { slot.release() }
        throw error
      }
      return result
    }
  }

  /// Adds the elements of a sequence to a list.
  func extend(_ list: Slot, with source: Slot) throws {
    let new = try elements(of: source)
    if new.contains(where: \.mayHoldOthers) { cycles.note(list) }
    list.object(ListObject.self).slots += new
    try Self.checkList(list.object(ListObject.self).slots.count)
  }

  func merge(_ source: Slot, into map: MapObject) throws {
    guard source.tag == .map else {
      throw ScriptError("`**` takes a map, not \(source.value.typeName)", code: "E0402")
    }
    for entry in source.object(MapObject.self).table.pairs {
      guard entry.key.tag == .string else {
        throw ScriptError("`**` takes a map whose keys are names", code: "E0402")
      }
      if try map.table.value(of: entry.key) != nil {
        throw ScriptError("`\(entry.key.object(StringObject.self).text)=` is given twice", code: "E0402")
      }
      try map.table.set(entry.key, to: entry.value.copied())
    }
  }

  /// Spreads the list and map after a callee over the slots after it.
  func spread(_ base: Int) throws -> (count: Int, names: [String]) {
    let (list, map) = (stack[base + 1], stack[base + 2])
    stack[base + 1] = .unset
    stack[base + 2] = .unset
    defer {
      list.release()
      map.release()
    }
    let positional = list.object(ListObject.self).slots
    let entries = map.object(MapObject.self).table.pairs
    let count = positional.count + entries.count
    if count > 100_000 {
      releaseRun(base, 1)
      throw ScriptError("\(count) arguments are too many for a call", code: "E0402")
    }
    reserve(base + count + 2)
    for (index, slot) in positional.enumerated() { stack[base + 1 + index] = slot.copied() }
    for (index, entry) in entries.enumerated() {
      stack[base + 1 + positional.count + index] = entry.value.copied()
    }
    return (count, entries.map { $0.key.object(StringObject.self).text })
  }

  /// Takes a sequence apart into `count` registers of the topmost frame, from `first` on.
  func unpack(_ source: Slot, into first: Int, count: Int, rest: Int?) throws {
    var registers = stack + frames[frameCount - 1].base + first
    if source.tag == .tuple, rest == nil, source.object(TupleObject.self).slots.count == count {
      let tuple = source.object(TupleObject.self)
      for index in 0..<count {
        let old = registers[index]
        registers[index] = tuple.slots[index].copied()
        old.release()
      }
      return
    }
    if source.tag == .int || source.tag == .float || source.tag == .none {
      throw ScriptError(
        "a value of type \(source.value.typeName) cannot be taken apart into \(counted(count, "name"))",
        code: "E0415")
    }
    var slots = try elements(of: source)
    // A host's iterator may have moved the stack.
    registers = stack + frames[frameCount - 1].base + first
    let least = rest == nil ? count : count - 1
    guard rest == nil ? slots.count == count : slots.count >= least else {
      for slot in slots { slot.release() }
      throw ScriptError(
        "\(counted(slots.count, "value")) for \(rest == nil ? "" : "at least ")\(counted(least, "name"))",
        help: slots.count > least ? "a name with a star takes the rest: a, *b = …" : nil, code: "E0415")
    }
    if let rest {
      let extra = slots.count - least
      let middle = ContiguousArray(slots[rest..<(rest + extra)])
      slots.replaceSubrange(rest..<(rest + extra), with: [Slot(retaining: ListObject(owning: middle), .list)])
    }
    for (index, slot) in slots.enumerated() {
      let old = registers[index]
      registers[index] = slot
      old.release()
    }
  }
}

extension ContiguousArray<Slot> {
  /// The same slots with references of their own.
  func retained() -> ContiguousArray<Slot> {
    for slot in self { slot.retain() }
    return self
  }
}
