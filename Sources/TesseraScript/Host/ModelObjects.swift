/// A `model` declaration: what makes instances.
public final class ModelType {
  /// Its name.
  public let name: String
  /// The text of its `##` comment.
  public let documentation: String
  /// What its constructor accepts.
  public let signature: Signature
  /// The names of its methods.
  public var methodNames: [String] { [] }

  init(name: String, signature: Signature, documentation: String) {
    self.name = name
    self.signature = signature
    self.documentation = documentation
  }
}

/// How a member of a model was declared.
public enum MemberKind: String, Sendable {
  case param, buffer, layer, plain
}

/// An instance of a model.
public final class InstanceObject {
  /// Its model.
  public let type: ModelType
  /// Its members in the order of declaration.
  public var members: [(name: String, kind: MemberKind, value: Value)] { [] }
  /// What the host keeps with it.
  public var hostData: AnyObject?

  init(type: ModelType) { self.type = type }

  /// The member called `name`.
  public func member(_ name: String) -> Value? { members.first { $0.name == name }?.value }
  /// Sets a member without asking the host; adds it (as `kind`, or plain) when it is new.
  public func setMember(_ name: String, to value: Value, kind: MemberKind? = nil) {}
  /// Whether the model has a method called `name`.
  public func hasMethod(_ name: String) -> Bool { type.methodNames.contains(name) }
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
