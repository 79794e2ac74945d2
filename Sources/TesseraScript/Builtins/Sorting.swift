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
    return ContiguousArray(order.map { slots[Int($0)] })
  }

  private static func computed(
    _ key: Value, _ slots: ContiguousArray<Slot>, _ interpreter: Interpreter
  ) throws -> ContiguousArray<Slot> {
    let function = Slot(key)
    defer { function.release() }
    var keys: ContiguousArray<Slot> = []
    do {
      for slot in slots { keys.append(try interpreter.machine.call(function, with: slot)) }
    } catch {
      for slot in keys { slot.release() }
      throw error
    }
    return keys
  }

  /// The places of the keys in order.
  ///
  /// Keys of one plain type are compared as such, which is what most lists hold.
  private static func order(of keys: ContiguousArray<Slot>, reverse: Bool) throws -> [Int32] {
    if keys.allSatisfy({ $0.tag == .int }) { return places(keys.map(\.int), reverse, by: <) }
    if keys.allSatisfy({ $0.tag == .float && !$0.float.isNaN }) {
      return places(keys.map(\.float), reverse, by: <)
    }
    if keys.allSatisfy({ $0.tag == .string && $0.object(StringObject.self).isASCII }) {
      let texts = ContiguousArray(keys.map { $0.object(StringObject.self).text })
      return places(zip(texts, Int32(0)...).map(TextKey.init), reverse) { $0.precedes($1, texts) }
    }
    return try keys.indices.map(Int32.init).sorted { left, right in
      let (first, second) =
        reverse ? (keys[Int(right)], keys[Int(left)]) : (keys[Int(left)], keys[Int(right)])
      guard let precedes = try Equality.precedes(first, second) else {
        throw ScriptError(
          "\(first.value.typeName) and \(second.value.typeName) have no order", help: "sort by a key=…",
          code: "E0412")
      }
      return precedes
    }
  }

  private static func places<T>(_ keys: [T], _ reverse: Bool, by precedes: (T, T) -> Bool) -> [Int32] {
    // Key and place side by side: comparing reads memory in order. Swift's sort keeps the order of equal elements.
    var pairs = keys.enumerated().map { (key: $0.element, place: Int32($0.offset)) }
    if reverse { pairs.sort { precedes($1.key, $0.key) } } else { pairs.sort { precedes($0.key, $1.key) } }
    return pairs.map(\.place)
  }
}

/// ASCII text that compares by its first eight bytes before it looks at the rest, where it stands.
private struct TextKey {
  private let head: UInt64
  private let place: Int32

  init(_ text: String, _ place: Int32) {
    self.place = place
    var head: UInt64 = 0
    var count = 0
    for byte in text.utf8.prefix(8) {
      head = head << 8 | UInt64(byte)
      count += 1
    }
    self.head = count == 8 ? head : head << UInt64(8 * (8 - count))
  }

  @inline(__always) func precedes(_ other: TextKey, _ texts: ContiguousArray<String>) -> Bool {
    head == other.head ? texts[Int(place)] < texts[Int(other.place)] : head < other.head
  }
}
