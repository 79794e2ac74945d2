/// The session's variables and the builtins, by number: the compiler turns names to numbers, the machine reads slots.
final class GlobalTable {
  private(set) var names: [String] = []
  private var numbers: [String: Int] = [:]
  /// Session variables by number; unset where not assigned.
  @exclusivity(unchecked) private(set) var slots: UnsafeMutablePointer<Slot>
  /// Builtins by number: what a name means until the session assigns it.
  @exclusivity(unchecked) private(set) var builtins: UnsafeMutablePointer<Slot>
  private var capacity = 256
  /// The constants of the session, with the name of the source that made each.
  var constantOwners: [String: String] = [:]
  /// Numbers of the session's variables in the order they were first assigned.
  private(set) var order: [Int] = []

  /// A name's number must fit an instruction's 16 bits.
  static let mostNames = 0xFFFF

  init() {
    slots = .allocate(capacity: capacity)
    builtins = .allocate(capacity: capacity)
    slots.initialize(repeating: .unset, count: capacity)
    builtins.initialize(repeating: .unset, count: capacity)
  }

  deinit {
    for number in names.indices {
      slots[number].release()
      builtins[number].release()
    }
    slots.deallocate()
    builtins.deallocate()
  }

  /// The number of a name, new where needed; nil where there are too many.
  ///
  /// A module's names are told from the session's by a prefix that ends in a NUL; its builtins are the session's.
  func number(of name: String) -> Int? {
    if let number = numbers[name] { return number }
    let number = names.count
    guard number < Self.mostNames else { return nil }
    if number == capacity { grow() }
    names.append(name)
    numbers[name] = number
    let plain = Self.plainName(name)
    if plain != name, let builtin = numbers[plain] { builtins[number] = builtins[builtin].copied() }
    return number
  }

  /// Lets `name` mean the variable `other`; a name that is in use keeps its own meaning.
  func alias(_ name: String, of other: String) {
    guard numbers[name] == nil, let number = number(of: other) else { return }
    numbers[name] = number
  }

  func existingNumber(of name: String) -> Int? { numbers[name] }

  static func plainName(_ name: String) -> String {
    guard let end = name.lastIndex(of: "\0") else { return name }
    return String(name[name.index(after: end)...])
  }

  private func grow() {
    func grown(_ old: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Slot> {
      let new = UnsafeMutablePointer<Slot>.allocate(capacity: capacity * 2)
      new.update(from: old, count: capacity)
      (new + capacity).initialize(repeating: .unset, count: capacity)
      old.deallocate()
      return new
    }
    slots = grown(slots)
    builtins = grown(builtins)
    capacity *= 2
  }

  /// Takes over the reference of `slot`.
  func set(_ number: Int, owning slot: Slot) {
    let old = slots[number]
    slots[number] = slot
    if old.tag == .unset { order.append(number) }
    old.release()
  }

  /// Forgets a variable; false where it was not assigned.
  func remove(_ number: Int) -> Bool {
    let old = slots[number]
    guard old.tag != .unset else { return false }
    slots[number] = .unset
    order.removeAll { $0 == number }
    old.release()
    return true
  }

  func defineBuiltin(_ name: String, owning slot: Slot) {
    guard let number = number(of: name) else { return slot.release() }
    let old = builtins[number]
    builtins[number] = slot
    old.release()
  }

  func builtin(_ name: String) -> Slot? {
    guard let number = numbers[name], builtins[number].tag != .unset else { return nil }
    return builtins[number]
  }

  var builtinNames: [String] {
    names.indices.filter { builtins[$0].tag != .unset && !names[$0].contains("\0") }.map { names[$0] }
  }
}
