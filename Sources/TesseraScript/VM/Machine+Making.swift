/// Values that instructions make from a run of registers, and text that grows where it lies.
extension Machine {
  func takeRun(_ first: UnsafeMutablePointer<Slot>, _ count: Int) -> ContiguousArray<Slot> {
    if count == 0 { return [] }
    let slots = ContiguousArray(UnsafeBufferPointer(start: first, count: count))
    first.update(repeating: .unset, count: count)
    return slots
  }

  func makeClosure(_ frame: Frame, _ number: Int, _ first: UnsafeMutablePointer<Slot>, _ count: Int)
    -> Slot
  {
    let prototype = frame.prototype.takeUnretainedValue().functions[number]
    let slots = takeRun(first, count)
    let captured = prototype.captureNames.count
    let function = FunctionObject(
      prototype, defaults: ContiguousArray(slots.dropLast(captured)),
      cells: ContiguousArray(slots.suffix(captured)))
    return Slot(retaining: function, .function)
  }

  func makeModel(_ frame: Frame, _ number: Int, _ first: UnsafeMutablePointer<Slot>, _ count: Int)
    -> Slot
  {
    let template = frame.prototype.takeUnretainedValue().models[number]
    let slots = takeRun(first, count)
    defer { for slot in slots { slot.release() } }
    let functions = slots.map { $0.object(FunctionObject.self) }
    let type = ModelType(template: template, constructor: functions[0], methods: Array(functions.dropFirst()))
    return Slot(retaining: type, .modelType)
  }

  func makeSlice(_ first: UnsafeMutablePointer<Slot>) throws -> Slot {
    func bound(_ slot: Slot) throws -> Int? {
      switch slot.tag {
      case .none: return nil
      case .int, .bool: return slot.int
      default:
        throw ScriptError("a slice's bounds are integers, not \(slot.value.typeName)", code: "E0406")
      }
    }
    let slice = SliceObject(start: try bound(first[0]), stop: try bound(first[1]), step: try bound(first[2]))
    for slot in takeRun(first, 3) { slot.release() }
    return Slot(retaining: slice, .slice)
  }

  /// Appends to a string nobody else holds; false where it must be copied.
  func appendInPlace(_ slot: UnsafeMutablePointer<Slot>, _ right: Slot) -> Bool {
    let left = slot.pointee
    guard left.bits != right.bits, CountedObject.references(to: left.address) == 1 else { return false }
    return left.with(StringObject.self) { $0.append(right.object(StringObject.self)) }
  }
}
