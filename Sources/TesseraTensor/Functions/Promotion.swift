/// One side of an operator: a tensor, or a number that takes the tensor's type where it can.
public enum TensorOperand {
  case tensor(Tensor)
  case bool(Bool)
  case int(Int)
  case float(Double)

  /// The type it has by itself.
  var dtype: DType {
    switch self {
    case .tensor(let tensor): tensor.dtype
    case .bool: .bool
    case .int: .int64
    case .float: .float32
    }
  }

  /// Which operand decides within a kind of number: a tensor with axes, then one without, then a plain number.
  private var priority: Int {
    guard case .tensor(let tensor) = self else { return 0 }
    return tensor.rank > 0 ? 2 : 1
  }

  /// The tensor, or nil for a number.
  var tensor: Tensor? {
    guard case .tensor(let tensor) = self else { return nil }
    return tensor
  }

  /// The number, or nil for a tensor.
  var number: Double? {
    switch self {
    case .tensor: nil
    case .bool(let flag): flag ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }

  /// The type of a result of both operands under PyTorch's rule: a number, or a tensor without axes, changes the
  /// kind (bool, integer, floating) of a tensor with axes but not its width.
  public static func promoted(_ a: TensorOperand, _ b: TensorOperand) -> DType {
    guard a.priority != b.priority else { return DType.promoted(a.dtype, b.dtype) }
    let (strong, weak) = a.priority > b.priority ? (a, b) : (b, a)
    return weak.dtype.kind > strong.dtype.kind ? weak.dtype : strong.dtype
  }

  /// The operand as a tensor of type `dtype`; a number becomes a tensor without axes.
  public func asTensor(_ dtype: DType, in engine: Engine) throws -> Tensor {
    if case .tensor(let tensor) = self { return try tensor.cast(to: dtype) }
    return try engine.full([], number ?? 0, dtype: dtype, purpose: .temporary)
  }
}

extension DType {
  /// Bool, integer, floating: the kinds that promotion orders.
  fileprivate var kind: Int { self == .bool ? 0 : isFloatingPoint ? 2 : 1 }
}
