/// Frees nested values without recursion: a list a million levels deep must not use up the native stack.
enum Teardown {
  /// Releases references; the contents of containers that end here are released from a work list.
  static func release(_ slots: ContiguousArray<Slot>) {
    var work: ContiguousArray<Slot> = []
    for slot in slots { release(slot, &work) }
    while let slot = work.popLast() { release(slot, &work) }
  }

  @inline(__always) private static func release(_ slot: Slot, _ work: inout ContiguousArray<Slot>) {
    if slot.isObject, slot.tag != .string, CountedObject.references(to: slot.address) == 1 {
      takeContents(of: slot, into: &work)
    }
    slot.release()
  }

  /// Moves the contents of a container that has no other holder to the work list.
  private static func takeContents(of slot: Slot, into work: inout ContiguousArray<Slot>) {
    switch slot.tag {
    case .list: slot.with(ListObject.self) { moveObjects(of: &$0.slots, to: &work) }
    case .tuple: slot.with(TupleObject.self) { moveObjects(of: &$0.slots, to: &work) }
    case .map: slot.with(MapObject.self) { work.append(contentsOf: $0.table.takeAll()) }
    case .cell:
      slot.with(Cell.self) { cell in
        if cell.slot.isObject { work.append(cell.slot) }
        cell.slot = .unset
      }
    case .function:
      slot.with(FunctionObject.self) { function in
        work.append(contentsOf: function.cells)
        function.cells = []
      }
    case .instance: slot.with(InstanceObject.self) { work.append(contentsOf: $0.takeContents()) }
    default: break
    }
  }

  @inline(__always)
  private static func moveObjects(of slots: inout ContiguousArray<Slot>, to work: inout ContiguousArray<Slot>)
  {
    var contents: ContiguousArray<Slot> = []
    swap(&contents, &slots)
    for slot in contents where slot.isObject { work.append(slot) }
  }
}
