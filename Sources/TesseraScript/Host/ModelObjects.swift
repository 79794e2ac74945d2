/// A `model` declaration: what makes instances.
public final class ModelType {
  let template: ModelTemplate
  let constructor: FunctionObject
  let methods: [String: FunctionObject]

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
public final class InstanceObject {
  struct Member {
    var name: String
    var kind: MemberKind
    /// Owned.
    var slot: Slot
  }

  /// Its model.
  public let type: ModelType
  /// What the host keeps with it.
  public var hostData: AnyObject?
  var storage: [Member] = []
  /// Constructor arguments that methods read.
  var constructorArguments: [Member] = []

  init(type: ModelType) { self.type = type }
  deinit { Teardown.release(takeContents()) }

  /// Its members in the order of declaration.
  public var members: [(name: String, kind: MemberKind, value: Value)] {
    storage.map { ($0.name, $0.kind, $0.slot.value) }
  }

  /// The member called `name`.
  public func member(_ name: String) -> Value? { storage.first { $0.name == name }?.slot.value }

  /// Sets a member without asking the host; adds it (as `kind`, or plain) when it is new.
  public func setMember(_ name: String, to value: Value, kind: MemberKind? = nil) {
    setMember(name, owning: Slot(value), kind: kind)
  }

  /// Whether the model has a method called `name`.
  public func hasMethod(_ name: String) -> Bool { type.methods[name] != nil }

  /// Takes over the reference of `slot`.
  func setMember(_ name: String, owning slot: Slot, kind: MemberKind?) {
    guard let index = storage.firstIndex(where: { $0.name == name }) else {
      storage.append(Member(name: name, kind: kind ?? .plain, slot: slot))
      return
    }
    let old = storage[index].slot
    storage[index].slot = slot
    if let kind { storage[index].kind = kind }
    old.release()
  }

  /// A member or constructor argument.
  func slot(_ name: String) -> Slot? {
    for member in storage where member.name == name { return member.slot }
    for argument in constructorArguments where argument.name == name { return argument.slot }
    return nil
  }

  /// Empties the instance; the references are the caller's.
  func takeContents() -> ContiguousArray<Slot> {
    let slots = ContiguousArray((storage + constructorArguments).map(\.slot))
    storage = []
    constructorArguments = []
    return slots
  }
}

/// Gives `model` instances the behaviour the language itself knows nothing of.
public protocol ModelHost: AnyObject {
  /// A built-in attribute or bound method such as `parameters`; nil where there is none.
  func attribute(_ name: String, of instance: InstanceObject) throws -> Value?
  /// The names `attribute` knows.
  func attributeNames(of instance: InstanceObject) -> [String]
  /// Sets a built-in attribute such as `checkpoint`; false where `name` is not one.
  func setAttribute(_ name: String, of instance: InstanceObject, to value: Value) throws -> Bool
  /// Runs `instance(…)`: calls `forward` with the arguments, between what the host does before and after.
  func callForward(
    _ instance: InstanceObject, _ arguments: Arguments, _ interpreter: Interpreter,
    forward: (Arguments) throws -> Value
  ) throws -> Value
  /// A member got a value: at its declaration, or by `self.name = value`.
  func didAssign(member kind: MemberKind, name: String, value: Value, to instance: InstanceObject) throws
}
