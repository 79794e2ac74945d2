/// Frees nested values without recursion: a list a million levels deep must not use up the native stack.
enum Teardown {
  /// Releases references; the contents of containers that end here are released from a work list.
  static func release(_ slots: ContiguousArray<Slot>) {
    var work: ContiguousArray<Slot> = []
    for slot in slots where slot.isObject { release(slot, &work) }
    while let slot = work.popLast() { release(slot, &work) }
  }

  private static func release(_ slot: Slot, _ work: inout ContiguousArray<Slot>) {
    if slot.tag != .string { takeContents(of: slot, into: &work) }
    slot.release()
  }

  /// Moves the contents of a container that has no other holder to the work list.
  private static func takeContents(of slot: Slot, into work: inout ContiguousArray<Slot>) {
    switch slot.tag {
    case .list:
      withUnique(slot, ListObject.self) { list in
        keepObjects(of: list.slots, &work)
        list.slots = []
      }
    case .tuple:
      withUnique(slot, TupleObject.self) { tuple in
        keepObjects(of: tuple.slots, &work)
        tuple.slots = []
      }
    case .map:
      withUnique(slot, MapObject.self) { map in work.append(contentsOf: map.table.takeAll()) }
    case .cell:
      withUnique(slot, Cell.self) { cell in
        if cell.slot.isObject { work.append(cell.slot) }
        cell.slot = .unset
      }
    case .function:
      withUnique(slot, FunctionObject.self) { function in
        work.append(contentsOf: function.cells)
        function.cells = []
      }
    case .instance:
      withUnique(slot, InstanceObject.self) { instance in work.append(contentsOf: instance.takeContents()) }
    default: break
    }
  }

  private static func keepObjects(of slots: ContiguousArray<Slot>, _ work: inout ContiguousArray<Slot>) {
    for slot in slots where slot.isObject { work.append(slot) }
  }

  private static func withUnique<T: AnyObject>(_ slot: Slot, _ type: T.Type, _ body: (T) -> Void) {
    // The slot's reference is held by `object` alone for the moment, so that uniqueness can be asked for.
    var object = Unmanaged<T>.fromOpaque(slot.address).takeRetainedValue()
    if isKnownUniquelyReferenced(&object) { body(object) }
    _ = Unmanaged.passRetained(object)
  }
}
