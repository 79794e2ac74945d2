/// A map: pairs in the order of insertion, that every holder shares.
public final class MapObject: CountedObject, Container {
  // Reached only through one machine, on one thread.
  @exclusivity(unchecked) var table = SlotTable()
  var membership: Membership?

  /// A map of `entries`; of two with one key the later wins.
  public init(_ entries: [(key: Value, value: Value)] = []) throws {
    super.init()
    for entry in entries { try set(entry.key, to: entry.value) }
  }

  /// A map from names.
  public init(named entries: [(String, Value)]) {
    super.init()
    for (name, value) in entries { table.setString(name, to: Slot(value)) }
  }

  /// A map without entries.
  public override init() {}

  /// How many pairs it has.
  public var count: Int { table.count }
  /// The pairs in order.
  public var entries: [(key: Value, value: Value)] {
    table.pairs.map { ($0.key.value, $0.value.value) }
  }
  /// The value of a string key.
  public subscript(key: String) -> Value? { table.valueOfString(key)?.value }
  /// Sets a pair; throws for a key that cannot be one, such as a list.
  public func set(_ key: Value, to value: Value) throws {
    let slot = Slot(key)
    defer { slot.release() }
    try table.set(slot, to: Slot(value))
  }
  /// Sets a pair with a string key.
  public func set(_ key: String, to value: Value) { table.setString(key, to: Slot(value)) }

  deinit { Teardown.release(takeContents()) }

  func takeContents() -> ContiguousArray<Slot> { table.takeAll() }
}
