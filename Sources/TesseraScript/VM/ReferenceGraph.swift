/// All that can be reached from some containers, and how many references to each come from inside.
struct ReferenceGraph {
  private struct Node {
    let slot: Slot
    var referencesFromInside = 0
    var isHeld = false
  }

  private var nodes: ContiguousArray<Node> = []
  private var places: [UInt64: Int] = [:]

  /// The slots' own references are not counted: they have none.
  init(from roots: ContiguousArray<Slot>) {
    for root in roots { _ = place(of: root) }
    var next = 0
    while next < nodes.count {
      References.visit(from: nodes[next].slot) { nodes[place(of: $0)].referencesFromInside += 1 }
      next += 1
    }
    markHeld()
  }

  /// What nobody outside holds, directly or through others.
  var unreachable: ContiguousArray<Slot> { ContiguousArray(nodes.lazy.filter { !$0.isHeld }.map(\.slot)) }

  private mutating func place(of slot: Slot) -> Int {
    if let place = places[slot.bits] { return place }
    places[slot.bits] = nodes.count
    nodes.append(Node(slot: slot))
    return nodes.count - 1
  }

  private mutating func markHeld() {
    var work = nodes.indices.filter {
      CountedObject.references(to: nodes[$0].slot.address) > nodes[$0].referencesFromInside
    }
    for place in work { nodes[place].isHeld = true }
    while let next = work.popLast() {
      References.visit(from: nodes[next].slot) { slot in
        guard let place = places[slot.bits], !nodes[place].isHeld else { return }
        nodes[place].isHeld = true
        work.append(place)
      }
    }
  }
}

/// The references that values hold to values which may hold others.
///
/// What the host keeps to itself (the variables of a closure of Swift's) is not among them, and so counts as held.
private enum References {
  /// Calls `body` once for each reference, with a slot that has none of its own.
  static func visit(from slot: Slot, _ body: (Slot) -> Void) {
    func visit(_ slots: ContiguousArray<Slot>) { for slot in slots where slot.mayHoldOthers { body(slot) } }
    switch slot.tag {
    case .list: visit(slot.object(ListObject.self).slots)
    case .tuple: visit(slot.object(TupleObject.self).slots)
    case .map:
      for entry in slot.object(MapObject.self).table.pairs {
        if entry.key.mayHoldOthers { body(entry.key) }
        if entry.value.mayHoldOthers { body(entry.value) }
      }
    case .cell: visit([slot.object(Cell.self).slot])
    case .function:
      let function = slot.object(FunctionObject.self)
      visit(function.defaults)
      visit(function.cells)
      if let receiver = function.receiver { body(Slot(unretained: receiver, .instance)) }
    case .modelType:
      let type = slot.object(ModelType.self)
      body(Slot(unretained: type.constructor, .function))
      for method in type.methods.values { body(Slot(unretained: method, .function)) }
    case .instance:
      let instance = slot.object(InstanceObject.self)
      body(Slot(unretained: instance.type, .modelType))
      visit(instance.slots)
    case .native: if let receiver = slot.object(NativeFunction.self).receiver { Self.visit(receiver, body) }
    case .host: for value in slot.object(HostObject.self).heldValues { Self.visit(value, body) }
    default: break
    }
  }

  private static func visit(_ value: Value, _ body: (Slot) -> Void) {
    switch value {
    case .none, .bool, .int, .float, .string, .range: break
    case .list(let list): body(Slot(unretained: list, .list))
    case .tuple(let tuple): body(Slot(unretained: tuple.object, .tuple))
    case .map(let map): body(Slot(unretained: map, .map))
    case .function(let function): body(Slot(unretained: function, .function))
    case .native(let native): body(Slot(unretained: native, .native))
    case .modelType(let type): body(Slot(unretained: type, .modelType))
    case .instance(let instance): body(Slot(unretained: instance, .instance))
    case .host(let object): body(Slot(unretained: object, .host))
    }
  }
}

extension Slot {
  /// A slot without a reference of its own.
  fileprivate init(unretained object: AnyObject, _ tag: Tag) {
    self.init(bits: UInt64(UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque())), tag: tag)
  }
}
