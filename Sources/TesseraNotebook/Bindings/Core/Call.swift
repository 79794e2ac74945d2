import TesseraScript
import TesseraTensor

/// One call of a builtin: its arguments by name, where a method's receiver stands for the first.
struct Call {
  let context: EngineContext
  let interpreter: Interpreter
  private let receiver: Value?
  private let receiverName: String
  private let arguments: BoundArguments

  init(
    _ context: EngineContext, receiver: Value?, receiverName: String, _ arguments: BoundArguments,
    _ interpreter: Interpreter
  ) {
    self.context = context
    self.interpreter = interpreter
    self.receiver = receiver
    self.receiverName = receiverName
    self.arguments = arguments
  }

  var engine: Engine { context.engine }
  var functionName: String { arguments.signature.name }

  subscript(name: String) -> Value {
    if let receiver, name == receiverName { return receiver }
    return arguments[name]
  }

  func isGiven(_ name: String) -> Bool { receiver != nil && name == receiverName || arguments.isGiven(name) }
  func isNone(_ name: String) -> Bool { self[name].isNone }

  func int(_ name: String) throws -> Int { try arguments.int(name) }
  func optionalInt(_ name: String) throws -> Int? { try arguments.optionalInt(name) }
  func float(_ name: String) throws -> Double { try arguments.float(name) }
  func optionalFloat(_ name: String) throws -> Double? { try arguments.optionalFloat(name) }
  func bool(_ name: String) throws -> Bool { try arguments.bool(name) }
  func string(_ name: String) throws -> String { try arguments.string(name) }
  func optionalString(_ name: String) throws -> String? { try arguments.optionalString(name) }
  func ints(_ name: String) throws -> [Int] { try arguments.ints(name) }
  func optionalInts(_ name: String) throws -> [Int]? { try arguments.optionalInts(name) }
  func elements(_ name: String) throws -> [Value] { try arguments.elements(name) }
  func options(_ name: String) -> [(String, Value)] { arguments.options(name) }
  func mismatch(_ name: String, _ expected: String) -> ScriptError { arguments.mismatch(name, expected) }

  /// A result for the language.
  func value(_ tensor: Tensor) -> Value { context.value(tensor) }
}

// MARK: - Tensors

extension Call {
  /// A tensor.
  func tensor(_ name: String) throws -> Tensor {
    guard let tensor = self[name].tensor else { throw mismatch(name, "a tensor") }
    return tensor
  }

  /// A tensor, or nil for None.
  func optionalTensor(_ name: String) throws -> Tensor? { isNone(name) ? nil : try tensor(name) }

  /// A list or tuple of tensors.
  func tensors(_ name: String) throws -> [Tensor] {
    let items = try elements(name)
    return try items.map {
      guard let tensor = $0.tensor else { throw mismatch(name, "a list of tensors") }
      return tensor
    }
  }

  /// An element type by name, or nil for None.
  func dtype(_ name: String) throws -> DType? {
    guard !isNone(name) else { return nil }
    if let dtype = DType(self[name]) { return dtype }
    let names = DType.allCases.map(\.rawValue).joined(separator: ", ")
    throw mismatch(name, "an element type (\(names))")
  }

  /// An extent list given as `f(2, 3)` or `f((2, 3))`.
  func shape(_ name: String) throws -> Shape {
    let extents = try ints(name)
    if let bad = extents.first(where: { $0 < 0 }) {
      throw ScriptError("\(functionName)(): an extent of \(bad) in \(Shape(extents)) is negative")
    }
    let count = extents.reduce((1, false)) {
      let (product, overflow) = $0.0.multipliedReportingOverflow(by: max($1, 1))
      return (product, $0.1 || overflow)
    }
    // Bytes are counted in Int too, and the widest element takes eight.
    guard !count.1, count.0 <= Int.max / 16 else {
      throw ScriptError(
        "\(functionName)(): a tensor of shape \(Shape(extents)) has too many elements to count")
    }
    return Shape(extents)
  }

  /// The tensors among the arguments, for errors that name where they were made.
  var namedTensors: [(name: String, tensor: Tensor)] {
    let own = receiver?.tensor.map { [(receiverName, $0)] } ?? []
    return own
      + arguments.signature.parameters.compactMap { parameter in
        arguments[parameter.name].tensor.map { (parameter.name, $0) }
      }
  }
}

extension Value {
  /// The tensor that the value is, if it is one.
  var tensor: Tensor? {
    if case .host(let object) = self { return (object as? TensorObject)?.tensor }
    return nil
  }

  /// Whether the value is None.
  var isNone: Bool {
    if case .none = self { return true }
    return false
  }

  /// A number as `Double`; True and False are none.
  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// The elements of a list or tuple.
  var items: [Value]? {
    switch self {
    case .list(let list): list.values
    case .tuple(let values): Array(values)
    default: nil
    }
  }
}

extension DType {
  /// The type that a script names: `"float32"`, or the functions `float`, `int` and `bool` as PyTorch takes them.
  init?(_ value: Value) {
    switch value {
    case .string(let name): self.init(rawValue: DType.aliases[name] ?? name)
    case .native(let function):
      guard let name = DType.aliases[function.name] ?? (function.name == "bool" ? "bool" : nil) else {
        return nil
      }
      self.init(rawValue: name)
    default: return nil
    }
  }

  private static let aliases = [
    "float": "float32", "double": "float64", "half": "float16", "int": "int64", "long": "int64",
  ]
}
