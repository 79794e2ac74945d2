/// A value the host brings into the language: a tensor, a report, a scope.
///
/// Subclasses override what they support.
open class HostObject: CountedObject {
  /// A host object without behaviour of its own.
  public override init() {}
  /// What `type(x)` and error messages call it.
  open var typeName: String { "object" }
  /// The attribute or bound method called `name`; nil where there is none.
  open func attribute(_ name: String) throws -> Value? { nil }
  /// The method called `name`, without a receiver, where calling it that way is the same as calling the attribute: a call
  /// then makes no function of its own.
  open func method(_ name: String) -> NativeFunction? { nil }
  /// The names `attribute` knows: for completion and "did you mean".
  open var attributeNames: [String] { [] }
  /// Sets an attribute; false where it cannot be set.
  open func setAttribute(_ name: String, to value: Value) throws -> Bool { false }
  /// What `x(…)` does.
  open func call(_ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    throw ScriptError("\(typeName) cannot be called", code: "E0404")
  }
  /// `self op other`, or `other op self` when `reflected`; nil where unsupported.
  open func binary(_ op: BinaryOperator, _ other: Value, reflected: Bool) throws -> Value? { nil }
  /// `op self`; nil where unsupported.
  open func unary(_ op: UnaryOperator) throws -> Value? { nil }
  /// `self[items]`.
  open func index(_ items: [IndexItem]) throws -> Value {
    throw ScriptError("\(typeName) cannot be indexed", code: "E0405")
  }
  /// `self[items] = value`.
  open func setIndex(_ items: [IndexItem], to value: Value) throws {
    throw ScriptError("\(typeName) does not support item assignment", code: "E0405")
  }
  /// `len(self)`; nil where it has no length.
  open func length() throws -> Int? { nil }
  /// What `for x in self` walks over; nil where it cannot be walked over.
  open func iterator() throws -> (any IteratorProtocol<Value>)? { nil }
  /// What `if self` asks.
  open func truth() throws -> Bool { true }
  /// `value in self`; nil where unsupported (then iteration decides).
  open func contains(_ value: Value) throws -> Bool? { nil }
  /// The values it keeps, each reference once: without them a circle through the object is never freed.
  open var heldValues: [Value] { [] }
  /// How it prints.
  open func describe() -> String { "<\(typeName)>" }
  /// The text for a format spec such as `.4f`; nil where the spec is not supported.
  open func format(spec: String) throws -> String? { nil }
  /// Begins `with self as name { }`; the value for `name`, or nil where this is not a scope.
  open func enter(_ interpreter: Interpreter) throws -> Value? { nil }
  /// Ends `with self { }`, also when the block failed.
  open func exit(_ interpreter: Interpreter, error: Diagnostic?) throws {}
}
