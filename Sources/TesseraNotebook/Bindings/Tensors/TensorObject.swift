import TesseraScript
import TesseraTensor

/// A tensor as the language sees it.
///
/// Two of these may stand for one tensor; nothing else hangs on them, so that a
/// tensor dies with the last name or value that holds it.
final class TensorObject: HostObject {
  let tensor: Tensor
  let context: EngineContext

  init(_ tensor: Tensor, _ context: EngineContext) {
    self.tensor = tensor
    self.context = context
  }

  override var typeName: String { "tensor" }

  override func attribute(_ name: String) throws -> Value? {
    if let read = Self.attributes[name] { return try explaining { try read(self) } }
    return context.tensorMethods[name].map { .native($0.bound(to: .host(self))) }
  }

  override func method(_ name: String) -> NativeFunction? { context.tensorMethods[name] }

  override var attributeNames: [String] {
    Self.attributes.keys.sorted() + context.tensorMethods.keys.sorted()
  }

  override func setAttribute(_ name: String, to value: Value) throws -> Bool { try setFact(name, to: value) }

  override func binary(_ op: BinaryOperator, _ other: Value, reflected: Bool) throws -> Value? {
    try combined(op, other, reflected: reflected)
  }

  override func unary(_ op: UnaryOperator) throws -> Value? { try applied(op) }

  override func index(_ items: [IndexItem]) throws -> Value { try part(items) }

  override func setIndex(_ items: [IndexItem], to value: Value) throws { try write(value, at: items) }

  override func length() throws -> Int? {
    guard tensor.rank > 0 else { throw ScriptError("len() of a tensor without axes", code: "E0802") }
    return tensor.shape[0]
  }

  override func iterator() throws -> (any IteratorProtocol<Value>)? {
    guard tensor.rank > 0 else {
      throw ScriptError("a tensor without axes cannot be iterated over", help: "use .item()", code: "E0802")
    }
    return TensorRows(self)
  }

  override func truth() throws -> Bool {
    guard tensor.shape.count == 1 else {
      throw ScriptError(
        "the truth of a tensor of shape \(tensor.shape) is ambiguous: it has \(tensor.shape.count) elements",
        help: "write (…).any() or (…).all(), or compare one element with .item()", code: "E0807",
        notes: [Diagnostic.Note(madeAt: tensor, called: "the tensor")].compactMap { $0 })
    }
    return try explaining { try tensor.item() != 0 }
  }

  /// A tensor with one element takes the formats of its number.
  override func format(spec: String) throws -> String? {
    guard !spec.isEmpty else { return nil }
    guard tensor.shape.count == 1, let interpreter = context.interpreter else {
      throw ScriptError(
        "`\(spec)` is a format for one number, and the tensor has shape \(tensor.shape)",
        help: "reduce it first, or format the numbers of .tolist()", code: "E0417")
    }
    return try explaining { try interpreter.format(tensor.scalars()[0], spec: spec) }
  }

  override func describe() -> String { TensorDescription(tensor).text }

  /// Turns engine errors into script errors that name this tensor.
  func explaining<Result>(_ body: () throws -> Result) throws -> Result {
    try context.explaining({ [("the tensor", tensor)] }, body)
  }

  func value(_ tensor: Tensor) -> Value { .host(TensorObject(tensor, context)) }
}

/// Walks over the first axis; each row is a view.
private struct TensorRows: IteratorProtocol {
  private let object: TensorObject
  private var row = 0

  init(_ object: TensorObject) { self.object = object }

  mutating func next() -> Value? {
    guard row < object.tensor.shape[0] else { return nil }
    defer { row += 1 }
    return (try? object.tensor.selected(dim: 0, index: row)).map(object.value)
  }
}
