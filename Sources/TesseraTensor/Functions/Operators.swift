/// The operators of two operands, at least one of which is a tensor.
public enum TensorOperator: Sendable {
  case add, subtract, multiply, divide, floorDivide, remainder, power, matmul
  case and, or, xor
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  /// The op that takes both operands as tensors of one type.
  fileprivate var op: any Op {
    switch self {
    case .add: Add()
    case .subtract: Subtract()
    case .multiply: Multiply()
    case .divide: Divide()
    case .floorDivide: FloorDivide()
    case .remainder: Modulo()
    case .power: Power()
    case .matmul: MatMul()
    case .and: LogicalAnd()
    case .or: LogicalOr()
    case .xor: LogicalXor()
    case .equal: Equal()
    case .notEqual: NotEqual()
    case .less: Less()
    case .lessOrEqual: LessOrEqual()
    case .greater: Greater()
    case .greaterOrEqual: GreaterOrEqual()
    }
  }
}

extension Engine {
  /// `left op right` with PyTorch's promotion and broadcasting; a number beside a tensor keeps the tensor's type.
  ///
  /// Numbers go into the op where one takes them, so that nothing but the tensor is kept for backward.
  public func binary(_ op: TensorOperator, _ left: TensorOperand, _ right: TensorOperand) throws -> Tensor {
    if let owner = (left.tensor ?? right.tensor)?.engine, owner !== self {
      return try owner.binary(op, left, right)
    }
    var dtype = TensorOperand.promoted(left, right)
    // A quotient of integers is no integer.
    if op == .divide, !dtype.isFloatingPoint { dtype = .float32 }
    if op == .matmul {
      return try matrixProduct(left.asTensor(dtype, in: self), right.asTensor(dtype, in: self))
    }
    if op == .power, !dtype.isFloatingPoint { return try integerPower(left, right, dtype) }
    if case .tensor(let tensor) = left, let number = right.number,
      let scalar = Self.scalarOp(op, number, dtype)
    {
      return try run(scalar, tensor.cast(to: dtype))
    }
    if case .tensor(let tensor) = right, let number = left.number {
      if let result = try reflected(op, number, tensor, dtype) { return result }
    }
    return try run(op.op, left.asTensor(dtype, in: self), right.asTensor(dtype, in: self))
  }

  /// A power of integers, exact up to 2^53.
  private func integerPower(_ left: TensorOperand, _ right: TensorOperand, _ dtype: DType) throws -> Tensor {
    if let exponent = right.number, exponent < 0 {
      throw TensorError.badParameter(
        op: "pow", name: "exponent", value: "\(Int(exponent))",
        rule: "integers have no negative integer powers; convert to float first")
    }
    let base = try left.asTensor(.float64, in: self)
    return try run(Power(), base, right.asTensor(.float64, in: self)).cast(to: dtype)
  }

  private static func scalarOp(_ op: TensorOperator, _ number: Double, _ dtype: DType) -> (any Op)? {
    switch op {
    case .add: AddScalar(number)
    case .subtract: AddScalar(-number)
    case .multiply: MultiplyScalar(by: number)
    case .divide: DivideScalar(by: number)
    case .power where dtype.isFloatingPoint: PowerScalar(exponent: number)
    default: nil
    }
  }

  /// `number op tensor`, or nil where the general path serves.
  private func reflected(
    _ op: TensorOperator, _ number: Double, _ tensor: Tensor, _ dtype: DType
  ) throws -> Tensor? {
    switch op {
    case .add: try run(AddScalar(number), tensor.cast(to: dtype))
    case .subtract: try run(SubtractFromScalar(number), tensor.cast(to: dtype))
    case .multiply: try run(MultiplyScalar(by: number), tensor.cast(to: dtype))
    // PyTorch keeps the reciprocal, not the divisor.
    case .divide: try run(MultiplyScalar(by: number), run(Reciprocal(), tensor.cast(to: dtype)))
    default: nil
    }
  }
}

extension Tensor {
  /// `-x`.
  public func negated() throws -> Tensor { try engine.run(Negate(), self) }

  /// `~x`, for truth values.
  public func inverted() throws -> Tensor { try engine.run(LogicalNot(), self) }
}

extension TensorOperator {
  /// The operator that the op called `opName` computes, if it is one.
  public init?(opName: String) {
    guard let match = Self.all.first(where: { type(of: $0.op).name == opName }) else { return nil }
    self = match
  }

  private static let all: [Self] = [
    .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power, .and, .or, .xor, .equal, .notEqual,
    .less, .lessOrEqual, .greater, .greaterOrEqual,
  ]
}
