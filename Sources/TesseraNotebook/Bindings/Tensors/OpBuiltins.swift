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
    let run = OpCall(type)
    return Builtin(
      signature(of: type), help: Help(type.summary, example: example.code, output: example.output)
    ) { call in try run(call) }
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
}

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
