/// The positive part of each element.
///
/// `y = max(x, 0)`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is a tensor of truth values.
public struct Relu: ParameterlessOp, UnaryOp {
  /// `relu`, after PyTorch.
  public static let name = "relu"
  /// For help.
  public static let summary = "The positive part of each element."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Relu(), .init([3, 4]))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .relu, integer: .relu) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// 1 where the result is positive, else 0.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(ReluBackward(), backward.result(), backward.gradient())]
  }
}

/// The gradient of a positive part, from the output and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct ReluBackward: PointwiseBackwardOp {
  static let name = "relu_backward"
  static let summary = "The gradient of a positive part."

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .reluBackward) }
}
