/// Hashing and equality of map keys: numbers by value (`1`, `1.0` and `True` are one key), text and tuples by
/// contents, instances and host objects by identity.
enum SlotHash {
  /// Keys nested deeper than this are refused: hashing them would use up the native stack.
  private static let deepestNesting = 200
  /// Elements of a key at most: tuples that hold one tuple twice, and so on, double with every level.
  private static let mostElements = 1 << 20

  @inline(__always) static func hash(_ slot: Slot) throws -> Int {
    if slot.tag == .int { return slot.int }
    if slot.tag == .string {
      return slot.with(StringObject.self) { $0.hash }
    }
    return try hash(others: slot)
  }

  @inline(never) private static func hash(others slot: Slot) throws -> Int {
    if slot.tag == .tuple {
      var rest = mostElements
      return try hash(slot, depth: 0, &rest)
    }
    return try hash(flat: slot)
  }

  private static func hash(_ slot: Slot, depth: Int, _ rest: inout Int) throws -> Int {
    guard slot.tag == .tuple else { return try hash(flat: slot) }
    let slots = slot.object(TupleObject.self).slots
    rest -= slots.count
    if depth > deepestNesting || rest < 0 {
      throw ScriptError(
        "a tuple nested this deeply cannot be a map key", help: "use text or a number for a key",
        code: "E0411")
    }
    var result = 0x345678
    for element in slots {
      result = (result ^ (try hash(element, depth: depth + 1, &rest))) &* 1_000_003
    }
    return result
  }

  /// The hash of anything but a tuple.
  private static func hash(flat slot: Slot) throws -> Int {
    switch slot.tag {
    case .none: return 0x5bd1
    case .bool, .int: return slot.int
    case .float: return hash(slot.float)
    case .string:
      return slot.with(StringObject.self) { $0.hash }
    case .range:
      let range = slot.object(RangeObject.self).range
      return range.start ^ range.stop &* 31 ^ range.step &* 961
    case .list, .map:
      throw ScriptError(
        "a \(slot.tag) cannot be a map key: it can change", help: "use a tuple: (a, b)", code: "E0407")
    default: return Int(truncatingIfNeeded: slot.bits >> 4)
    }
  }

  static func hash(_ number: Double) -> Int {
    if let whole = Int(exactly: number) { return whole }
    return Int(truncatingIfNeeded: number.bitPattern ^ (number.bitPattern >> 29))
  }

  /// The places to try for a hash, in order.
  ///
  /// The low bits come first, so that the integers a program counts through lie side by side; the higher bits join in
  /// at every step, so that keys with equal low bits part soon.
  struct Probe {
    private(set) var position: Int
    private var rest: UInt
    private let mask: Int

    @inline(__always) init(_ hash: Int, mask: Int) {
      position = hash & mask
      rest = UInt(bitPattern: hash)
      self.mask = mask
    }

    @inline(__always) mutating func advance() {
      rest >>= 5
      position = (position &* 5 &+ 1 &+ Int(bitPattern: rest)) & mask
    }
  }

  @inline(__always) static func equalKeys(_ left: Slot, _ right: Slot) -> Bool {
    if left.tag == .int, right.tag == .int { return left.bits == right.bits }
    if left.tag == .string, right.tag == .string {
      return left.bits == right.bits || Equality.sameText(left, right)
    }
    return equalOthers(left, right)
  }

  @inline(never) private static func equalOthers(_ left: Slot, _ right: Slot) -> Bool {
    switch (left.tag, right.tag) {
    case (.bool, .int), (.int, .bool), (.bool, .bool): return left.bits == right.bits
    case (.float, .float): return left.float == right.float
    case (.int, .float), (.bool, .float): return Arithmetic.isEqual(left.int, right.float)
    case (.float, .int), (.float, .bool): return Arithmetic.isEqual(right.int, left.float)
    case (.none, .none): return true
    case (.tuple, .tuple):
      let leftSlots = left.object(TupleObject.self).slots
      let rightSlots = right.object(TupleObject.self).slots
      return leftSlots.elementsEqual(rightSlots) { equalKeys($0, $1) }
    case (.range, .range):
      return left.object(RangeObject.self).range == right.object(RangeObject.self).range
    default: return left.tag == right.tag && left.bits == right.bits
    }
  }
}
