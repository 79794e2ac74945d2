/// A `model` declaration: what makes instances.
public final class ModelType: CountedObject {
  let template: ModelTemplate
  let constructor: FunctionObject
  let methods: [String: FunctionObject]
  /// The layout of an instance that has no values yet.
  let emptyLayout = Layout()

  init(template: ModelTemplate, constructor: FunctionObject, methods: [FunctionObject]) {
    self.template = template
    self.constructor = constructor
    self.methods = Dictionary(zip(template.methodNames, methods)) { first, _ in first }
  }

  /// Its name.
  public var name: String { template.name }
  /// The text of its `##` comment.
  public var documentation: String { template.documentation }
  /// What its constructor accepts.
  public var signature: Signature { constructor.signature }
  /// The names of its methods, in order.
  public var methodNames: [String] { template.methodNames }
}

/// How a member of a model was declared.
public enum MemberKind: String, Sendable {
  case param, buffer, layer, plain
}

/// An instance of a model.
public final class InstanceObject: CountedObject, Container {
  /// Its model.
  public let type: ModelType
  /// What the host keeps with it.
  @exclusivity(unchecked) public var hostData: AnyObject?
  // Reached only through one machine, on one thread.
  @exclusivity(unchecked) private(set) var layout: Layout
  /// The values of the layout's names; owned.
  @exclusivity(unchecked) var slots: ContiguousArray<Slot> = []
  var membership: Membership?
  /// How each member was declared.
  @exclusivity(unchecked) private var kinds: ContiguousArray<MemberKind> = []

  init(type: ModelType) {
    self.type = type
    layout = type.emptyLayout
  }
  deinit { Teardown.release(takeContents()) }

  /// The names of its members in the order of declaration.
  var memberNames: [String] { layout.entries.filter { !$0.isArgument }.map(\.name) }

  /// Its members in the order of declaration.
  public var members: [(name: String, kind: MemberKind, value: Value)] {
    layout.entries.indices.filter { !layout.entries[$0].isArgument }.map {
      (layout.entries[$0].name, kinds[$0], slots[$0].value)
    }
  }

  /// The member called `name`.
  public func member(_ name: String) -> Value? { layout.memberPlace(of: name).map { slots[$0].value } }

  /// Sets a member without asking the host; adds it (as `kind`, or plain) when it is new.
  public func setMember(_ name: String, to value: Value, kind: MemberKind? = nil) {
    setMember(name, owning: Slot(value), kind: kind)
  }

  /// Whether the model has a method called `name`.
  public func hasMethod(_ name: String) -> Bool { type.methods[name] != nil }

  /// Takes over the reference of `slot`; returns how the member was declared.
  @discardableResult
  func setMember(_ name: String, owning slot: Slot, kind: MemberKind?) -> MemberKind {
    guard let place = layout.memberPlace(of: name) else {
      add(name, owning: slot, kind: kind ?? .plain)
      return kind ?? .plain
    }
    let old = slots[place]
    slots[place] = slot
    if let kind { kinds[place] = kind }
    old.release()
    return kinds[place]
  }

  /// Keeps a constructor argument that methods read; takes over the reference of `slot`.
  func keepArgument(_ name: String, owning slot: Slot) {
    add(name, owning: slot, kind: .plain, isArgument: true)
  }

  private func add(_ name: String, owning slot: Slot, kind: MemberKind, isArgument: Bool = false) {
    layout = layout.adding(name, isArgument: isArgument)
    slots.append(slot)
    kinds.append(kind)
  }

  /// Whether the value at `place` is a member that nothing but the program gives a meaning to.
  func isPlainMember(_ place: Int) -> Bool { kinds[place] == .plain && !layout.entries[place].isArgument }

  /// A member or constructor argument.
  func slot(_ name: String) -> Slot? { layout.place(of: name).map { slots[$0] } }

  /// Empties the instance; the references are the caller's.
  func takeContents() -> ContiguousArray<Slot> {
    let contents = slots
    slots = []
    kinds = []
    layout = type.emptyLayout
    return contents
  }
}

/// Gives `model` instances the behaviour the language itself knows nothing of.
public protocol ModelHost: AnyObject {
  /// A built-in attribute or bound method such as `parameters`; nil where there is none.
  func attribute(_ name: String, of instance: InstanceObject) throws -> Value?
  /// The names `attribute` knows.
  func attributeNames(of instance: InstanceObject) -> [String]
  /// Sets a built-in attribute such as `checkpoint`; false where `name` is not one, which it never is afterwards.
  func setAttribute(_ name: String, of instance: InstanceObject, to value: Value) throws -> Bool
  /// Runs `instance(…)`: calls `forward` with the arguments, between what the host does before and after.
  func callForward(
    _ instance: InstanceObject, _ arguments: Arguments, _ interpreter: Interpreter,
    forward: (Arguments) throws -> Value
  ) throws -> Value
  /// A member got a value: at its declaration, or by `self.name = value`.
  ///
  /// Not told of a plain member that gets another value while the host keeps nothing (`hostData`) with the instance.
  func didAssign(member kind: MemberKind, name: String, value: Value, to instance: InstanceObject) throws
}
