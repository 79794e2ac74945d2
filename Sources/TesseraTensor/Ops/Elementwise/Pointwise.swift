extension TensorSpec {
  /// The result of a pointwise op: the broadcast shape, in the memory order of the first operand that has that shape.
  public static func pointwise(_ op: String, _ inputs: [TensorSpec], dtype: DType? = nil) throws -> TensorSpec
  {
    var shape = inputs[0].shape
    for input in inputs.dropFirst() {
      shape = try Shape.broadcast(shape, input.shape, op: op)
      guard dtype != nil || input.dtype == inputs[0].dtype else {
        throw TensorError.wrongDType(
          op: op, argument: "other", expected: inputs[0].dtype.rawValue, got: input.dtype)
      }
    }
    let lead = inputs.first { $0.shape == shape && !$0.layout.strides.contains(0) }
    let layout = lead?.layout.dense(for: shape) ?? Layout(rowMajor: shape)
    return TensorSpec(layout: layout, dtype: dtype ?? inputs[0].dtype)
  }

  /// Throws unless values of this type can be differentiated.
  func requireFloatingPoint(op: String, argument: String = "input") throws {
    guard dtype.isFloatingPoint else {
      throw TensorError.wrongDType(op: op, argument: argument, expected: "a floating type", got: dtype)
    }
  }

  /// Throws unless values of this type can be added.
  func requireNumeric(op: String, argument: String = "input") throws {
    guard dtype != .bool else {
      throw TensorError.wrongDType(op: op, argument: argument, expected: "a number type", got: dtype)
    }
  }

  /// Throws unless this is a tensor of type `expected`.
  func require(_ expected: DType, op: String, argument: String) throws {
    guard dtype == expected else {
      throw TensorError.wrongDType(op: op, argument: argument, expected: expected.rawValue, got: dtype)
    }
  }
}

/// An op whose only inputs are tensors.
public protocol ParameterlessOp: Op {
  /// Makes the op.
  init()
}

extension ParameterlessOp {
  /// There is nothing to read.
  public init(_ arguments: OpArguments) throws { self.init() }
}

/// An op that computes each element of its result from the same element of its one input.
public protocol UnaryOp: Op {
  /// Whether integers have a result of their own type; otherwise the input must be floating.
  static var acceptsIntegers: Bool { get }
}

extension UnaryOp {
  /// Most functions have no integer values.
  public static var acceptsIntegers: Bool { false }
  /// One tensor.
  public static var signature: OpSignature { OpSignature(inputs: ["input"]) }

  /// The input's shape and type, dense in its memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    if Self.acceptsIntegers {
      try inputs[0].requireNumeric(op: Self.name)
    } else {
      try inputs[0].requireFloatingPoint(op: Self.name)
    }
    return [try TensorSpec.pointwise(Self.name, inputs)]
  }
}

/// An op that computes each element of its result from one element each of two inputs, which broadcast.
public protocol BinaryOp: Op {
  /// Whether two integer tensors have an integer result; otherwise the inputs must be floating.
  static var acceptsIntegers: Bool { get }
}

extension BinaryOp {
  /// Sums and products of integers are integers.
  public static var acceptsIntegers: Bool { true }
  /// Two tensors.
  public static var signature: OpSignature { OpSignature(inputs: ["input", "other"]) }

  /// The broadcast shape, in the memory order of the operand that has it.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    if Self.acceptsIntegers {
      try inputs[0].requireNumeric(op: Self.name)
    } else {
      try inputs[0].requireFloatingPoint(op: Self.name)
    }
    return [try TensorSpec.pointwise(Self.name, inputs)]
  }
}

/// The gradient of a pointwise op as an op of its own, from something it kept and the gradient of its result.
public protocol PointwiseBackwardOp: Op {}

extension PointwiseBackwardOp {
  /// Shape, type and memory order of the first input.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [try TensorSpec.pointwise(Self.name, inputs)]
  }
}
