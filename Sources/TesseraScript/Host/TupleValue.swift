/// A tuple as the host sees it: the machine's own object, whose elements become values one at a time.
///
/// Tuples may hold each other twice, and so on for many levels; a copy of all that they hold would have no end.
public struct TupleValue: RandomAccessCollection {
  let object: TupleObject

  init(_ object: TupleObject) { self.object = object }

  /// A tuple of these values.
  public init(_ values: some Collection<Value>) {
    object = TupleObject(owning: ContiguousArray(values.map { Slot($0) }))
  }

  /// The place of the first element.
  public var startIndex: Int { 0 }
  /// The number of elements.
  public var endIndex: Int { object.slots.count }
  /// The element at a place.
  public subscript(place: Int) -> Value { object.slots[place].value }
}

extension Value {
  /// A tuple of these values.
  public static func tuple(_ values: [Value]) -> Value { .tuple(TupleValue(values)) }
}
