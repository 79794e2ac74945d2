import TesseraScript
import TesseraTensor

/// How the arguments of a call become the inputs and parameters of an op: what can be known before the call is worked out
/// once.
struct OpCall: Sendable {
  private let type: any Op.Type
  private let inputNames: [String]
  private let parameters: [OpSignature.Parameter]
  private let inputs: Inputs
  /// The op with its defaults, for calls that give no parameter; nil where one must be given.
  private let plainOp: (any Op)?

  private enum Inputs {
    /// `add(x, 2)` is `x + 2`: numbers and mixed types are the operators' business.
    case operands(TensorOperator)
    /// One list of tensors, brought to one type.
    case list
    /// A condition, then operands that are promoted together.
    case selection
    /// Two operands, numbers among them, brought to one type.
    case promoted
    /// Tensors as they are.
    case tensors
  }

  init(_ type: any Op.Type) {
    self.type = type
    let signature = type.signature
    inputNames = signature.inputs
    parameters = signature.parameters
    plainOp = try? type.init(OpArguments(op: type.name, signature: signature, values: [:]))
    if let op = TensorOperator(opName: type.name), inputNames.count == 2 {
      inputs = .operands(op)
    } else if inputNames == ["tensors"] {
      inputs = .list
    } else if type is any SelectingOp.Type {
      inputs = .selection
    } else {
      inputs = type is any BinaryOp.Type ? .promoted : .tensors
    }
  }

  func callAsFunction(_ call: Call) throws -> Value {
    if case .operands(let op) = inputs {
      let operands = try operands(inputNames, call)
      return call.value(try call.engine.binary(op, operands[0], operands[1]))
    }
    let results = try call.engine.run(op(for: call), tensors(call))
    return results.count == 1 ? call.value(results[0]) : .tuple(results.map(call.value))
  }

  // MARK: Parameters

  private func op(for call: Call) throws -> any Op {
    if let plainOp, !parameters.contains(where: { call.isGiven($0.name) }) { return plainOp }
    var values: [String: OpArgument] = [:]
    for parameter in parameters { values[parameter.name] = try argument(parameter, call) }
    return try type.init(OpArguments(op: type.name, signature: type.signature, values: values))
  }

  private func argument(_ parameter: OpSignature.Parameter, _ call: Call) throws -> OpArgument {
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

  // MARK: Inputs

  private func tensors(_ call: Call) throws -> [Tensor] {
    switch inputs {
    case .list: return try promoted(call.tensors("tensors"))
    case .selection:
      return try [call.tensor(inputNames[0])] + promoted(operands(inputNames.dropFirst(), call), call)
    case .promoted: return try promoted(operands(inputNames[...], call), call)
    case .operands, .tensors:
      return try inputNames.compactMap { name in
        name.hasSuffix("?") ? try call.optionalTensor(String(name.dropLast())) : try call.tensor(name)
      }
    }
  }

  private func operands(_ names: some Collection<String>, _ call: Call) throws -> [TensorOperand] {
    try names.map { name in
      guard let operand = TensorOperand(call[name]) else { throw call.mismatch(name, "a tensor or a number") }
      return operand
    }
  }

  private func promoted(_ operands: [TensorOperand], _ call: Call) throws -> [Tensor] {
    let dtype = TensorOperand.promoted(operands[0], operands[operands.count - 1])
    return try operands.map { try $0.asTensor(dtype, in: call.engine) }
  }

  private func promoted(_ tensors: [Tensor]) throws -> [Tensor] {
    guard let first = tensors.first else { return [] }
    let dtype = tensors.dropFirst().reduce(first.dtype) { DType.promoted($0, $1.dtype) }
    return try tensors.map { try $0.cast(to: dtype) }
  }
}

/// Ops whose first input is a condition and whose others have one type.
private protocol SelectingOp {}
extension Where: SelectingOp {}
