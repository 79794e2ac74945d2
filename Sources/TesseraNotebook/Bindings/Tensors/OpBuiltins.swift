import TesseraScript
import TesseraTensor

/// Every op of the catalog as a function and, where its signature says so, as a method.
enum OpBuiltins {
  /// Forms that the engine needs and scripts reach by operators, indexing or a builtin with more manners.
  private static let hidden: Set = [
    "add_scalar", "mul_scalar", "div_scalar", "pow_scalar", "rsub", "to", "slice", "select", "full",
    "contiguous",
    "reshape", "layer_norm", "convolution", "convolution_transpose", "index_put", "scatter_add",
  ]

  /// Ops that scripts see.
  static var visible: [any Op.Type] {
    opCatalog.filter { !$0.signature.inputs.isEmpty && !hidden.contains($0.name) }
  }

  static func builtin(_ type: any Op.Type) -> Builtin {
    let example = OpExamples.example(of: type)
    return Builtin(
      signature(of: type), help: Help(type.summary, example: example.code, output: example.output)
    ) { call in try run(type, call) }
  }

  // MARK: Signature

  private static func signature(of type: any Op.Type) -> Signature {
    let inputs = type.signature.inputs.map { name in
      name.hasSuffix("?")
        ? Signature.Parameter(String(name.dropLast()), default: Value.none, shownAs: "None")
        : Signature.Parameter(name)
    }
    let parameters = type.signature.parameters
    // One list of axes or extents may be written out: x.permute(0, 2, 1).
    if parameters.count == 1, parameters[0].kind == .ints, parameters[0].defaultValue == nil {
      return Signature(
        name: type.name, parameters: inputs + [.init(parameters[0].name, kind: .variadic)])
    }
    let all =
      inputs
      + parameters.map { parameter in
        guard let value = parameter.defaultValue else { return Signature.Parameter(parameter.name) }
        return .init(parameter.name, default: Value(value), shownAs: value.scriptText)
      }
    return Signature(name: type.name, parameters: ordered(all, for: type.name))
  }

  /// Where PyTorch has a parameter between the tensors.
  private static let orders = [
    "gather": ["input", "dim", "index"], "index_select": ["input", "dim", "index"],
  ]

  private static func ordered(_ parameters: [Signature.Parameter], for name: String) -> [Signature.Parameter]
  {
    guard let order = orders[name] else { return parameters }
    return order.compactMap { name in parameters.first { $0.name == name } }
  }

  // MARK: Call

  private static func run(_ type: any Op.Type, _ call: Call) throws -> Value {
    if let result = try operatorResult(type, call) { return call.value(result) }
    var values: [String: OpArgument] = [:]
    for parameter in type.signature.parameters {
      values[parameter.name] = try argument(parameter, call)
    }
    let op = try type.init(OpArguments(op: type.name, signature: type.signature, values: values))
    let results = try call.engine.run(op, inputs(of: type, call))
    return results.count == 1 ? call.value(results[0]) : .tuple(results.map(call.value))
  }

  /// `add(x, 2)` is `x + 2`: numbers and mixed types are the operators' business.
  private static func operatorResult(_ type: any Op.Type, _ call: Call) throws -> Tensor? {
    guard let op = TensorOperator(opName: type.name), type.signature.inputs.count == 2 else { return nil }
    let operands = try type.signature.inputs.map { name in
      guard let operand = TensorOperand(call[name]) else { throw call.mismatch(name, "a tensor or a number") }
      return operand
    }
    return try call.engine.binary(op, operands[0], operands[1])
  }

  private static func inputs(of type: any Op.Type, _ call: Call) throws -> [Tensor] {
    let names = type.signature.inputs
    if names == ["tensors"] { return try promoted(call.tensors("tensors")) }
    if type is any SelectingOp.Type { return try selected(names, call) }
    if type is any BinaryOp.Type { return try promoted(names, call) }
    return try names.compactMap { name in
      name.hasSuffix("?") ? try call.optionalTensor(String(name.dropLast())) : try call.tensor(name)
    }
  }

  private static func promoted(_ tensors: [Tensor]) throws -> [Tensor] {
    guard let first = tensors.first else { return [] }
    let dtype = tensors.dropFirst().reduce(first.dtype) { DType.promoted($0, $1.dtype) }
    return try tensors.map { try $0.cast(to: dtype) }
  }

  /// Two operands, numbers among them, brought to one type.
  private static func promoted(_ names: [String], _ call: Call) throws -> [Tensor] {
    let operands = try names.map { name in
      guard let operand = TensorOperand(call[name]) else { throw call.mismatch(name, "a tensor or a number") }
      return operand
    }
    let dtype = TensorOperand.promoted(operands[0], operands[operands.count - 1])
    return try operands.map { try $0.asTensor(dtype, in: call.engine) }
  }

  /// A condition first, then operands that are promoted together.
  private static func selected(_ names: [String], _ call: Call) throws -> [Tensor] {
    let operands = try names.dropFirst().map { name in
      guard let operand = TensorOperand(call[name]) else { throw call.mismatch(name, "a tensor or a number") }
      return operand
    }
    let dtype = TensorOperand.promoted(operands[0], operands[operands.count - 1])
    return try [call.tensor(names[0])] + operands.map { try $0.asTensor(dtype, in: call.engine) }
  }

  private static func argument(_ parameter: OpSignature.Parameter, _ call: Call) throws -> OpArgument {
    let name = parameter.name
    if call.isNone(name), let value = parameter.defaultValue { return value }
    switch parameter.kind {
    case .int: return .int(try call.int(name))
    case .float: return .float(try call.number(name))
    case .bool: return .bool(try call.bool(name))
    case .string: return .string(try call.string(name))
    case .ints, .dims: return .ints(try call.ints(name))
    }
  }
}

/// Ops whose first input is a condition and whose others have one type.
protocol SelectingOp {}
extension Where: SelectingOp {}

extension Value {
  /// A default value of an op for the language.
  fileprivate init(_ argument: OpArgument) {
    switch argument {
    case .none: self = .none
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .bool(let value): self = .bool(value)
    case .string(let value): self = .string(value)
    case .ints(let values): self = .tuple(values.map { .int($0) })
    }
  }
}

extension OpArgument {
  /// The value as a script writes it.
  fileprivate var scriptText: String {
    switch self {
    case .none: "None"
    case .int(let value): "\(value)"
    case .float(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .bool(let value): value ? "True" : "False"
    case .string(let value): "\"\(value)\""
    case .ints(let values): Shape(values).description
    }
  }
}
