/// `sorted` and `list.sort`: stable, by keys computed once each.
enum Sorting {
  /// The slots in order; owned as `slots` were.
  static func sorted(
    _ slots: ContiguousArray<Slot>, key: Value, reverse: Bool, _ interpreter: Interpreter
  ) throws -> ContiguousArray<Slot> {
    let keys: ContiguousArray<Slot>
    if case .none = key { keys = slots.retained() } else { keys = try computed(key, slots, interpreter) }
    defer { for slot in keys { slot.release() } }
    let order = try order(of: keys, reverse: reverse)
    return ContiguousArray(order.map { slots[$0] })
  }

  private static func computed(
    _ key: Value, _ slots: ContiguousArray<Slot>, _ interpreter: Interpreter
  ) throws -> ContiguousArray<Slot> {
    let function = Slot(key)
    defer { function.release() }
    var keys: ContiguousArray<Slot> = []
    do {
      for slot in slots { keys.append(try interpreter.machine.call(function, positional: [slot], named: [])) }
    } catch {
      for slot in keys { slot.release() }
      throw error
    }
    return keys
  }

  /// The places of the keys in order.
  ///
  /// Keys of one plain type are compared as such, which is what most lists hold.
  private static func order(of keys: ContiguousArray<Slot>, reverse: Bool) throws -> [Int] {
    if keys.allSatisfy({ $0.tag == .int }) { return places(keys.map(\.int), reverse, by: <) }
    if keys.allSatisfy({ $0.tag == .float && !$0.float.isNaN }) {
      return places(keys.map(\.float), reverse, by: <)
    }
    if keys.allSatisfy({ $0.tag == .string && $0.object(StringObject.self).isASCII }) {
      return places(keys.map { $0.object(StringObject.self).text }, reverse, by: <)
    }
    return try Array(keys.indices).sorted { left, right in
      let (first, second) = reverse ? (keys[right], keys[left]) : (keys[left], keys[right])
      guard let precedes = try Equality.precedes(first, second) else {
        throw ScriptError(
          "\(first.value.typeName) and \(second.value.typeName) have no order", help: "sort by a key=…",
          code: "E0412")
      }
      return precedes
    }
  }

  private static func places<T>(_ keys: [T], _ reverse: Bool, by precedes: (T, T) -> Bool) -> [Int] {
    // Swift's sort is stable in fact; equal keys are told apart by place so that this does not rest on it.
    keys.indices.sorted { left, right in
      let (first, second) = reverse ? (keys[right], keys[left]) : (keys[left], keys[right])
      return precedes(first, second) || (!precedes(second, first) && left < right)
    }
  }
}
