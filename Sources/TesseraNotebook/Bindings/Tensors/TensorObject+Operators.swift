import TesseraScript
import TesseraTensor

extension TensorObject {
  /// `self op other`, or reflected; nil for something that is no tensor and no number.
  func combined(_ op: BinaryOperator, _ other: Value, reflected: Bool) throws -> Value? {
    if other.isNone {
      switch op {
      case .equal: return .bool(false)
      case .notEqual: return .bool(true)
      default: return nil
      }
    }
    guard let operand = TensorOperand(other) else { return nil }
    let left = reflected ? operand : .tensor(tensor)
    let right = reflected ? .tensor(tensor) : operand
    let result = try context.explaining({ named(operand, reflected) }) {
      try context.engine.binary(op.tensorOperator, left, right)
    }
    return value(result)
  }

  /// `op self`.
  func applied(_ op: UnaryOperator) throws -> Value {
    try explaining {
      switch op {
      case .plus: value(tensor)
      case .negate: value(try tensor.negated())
      case .invert: value(try tensor.inverted())
      }
    }
  }

  private func named(_ other: TensorOperand, _ reflected: Bool) -> [(name: String, tensor: Tensor)] {
    guard case .tensor(let second) = other else { return [("the tensor", tensor)] }
    return reflected
      ? [("the left side", second), ("the right side", tensor)]
      : [("the left side", tensor), ("the right side", second)]
  }
}

extension TensorOperand {
  /// A tensor or a number of the language; nil for anything else.
  init?(_ value: Value) {
    switch value {
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .float(let number): self = .float(number)
    default:
      guard let tensor = value.tensor else { return nil }
      self = .tensor(tensor)
    }
  }
}

extension BinaryOperator {
  /// The engine's name for it.
  var tensorOperator: TensorOperator {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .remainder: .remainder
    case .power: .power
    case .matmul: .matmul
    case .and: .and
    case .or: .or
    case .xor: .xor
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }
}
