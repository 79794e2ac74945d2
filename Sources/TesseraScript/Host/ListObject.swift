/// A list: a growable sequence that every holder shares.
public final class ListObject: CountedObject, Container {
  // Reached only through one machine, on one thread.
  @exclusivity(unchecked) var slots: ContiguousArray<Slot>
  var membership: Membership?

  /// A list of `values`.
  public init(_ values: [Value] = []) { slots = ContiguousArray(values.map { Slot($0) }) }
  /// Takes over the references of `slots`.
  init(owning slots: ContiguousArray<Slot>) { self.slots = slots }
  deinit { Teardown.release(slots) }

  func takeContents() -> ContiguousArray<Slot> {
    let contents = slots
    slots = []
    return contents
  }

  /// How many elements it has.
  public var count: Int { slots.count }
  /// The elements.
  public var values: [Value] { slots.map(\.value) }
  /// The element at `index`, which must exist.
  public subscript(index: Int) -> Value { slots[index].value }
  /// Adds an element at the end.
  public func append(_ value: Value) { slots.append(Slot(value)) }
}
