/// The logistic function of each element: an S between 0 and 1.
///
/// `y = 1 / (1 + e^-x)`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is not floating.
public struct Sigmoid: ParameterlessOp, UnaryOp {
  /// `sigmoid`, after PyTorch.
  public static let name = "sigmoid"
  /// For help.
  public static let summary = "The logistic function of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Sigmoid(), .init([3, 4], -2...2))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .sigmoid) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// The slope is `∂y/∂x = y (1 - y)`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(SigmoidBackward(), backward.result(), backward.gradient())]
  }
}

/// The gradient of a logistic function, from the output and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct SigmoidBackward: PointwiseBackwardOp {
  static let name = "sigmoid_backward"
  static let summary = "The gradient of a logistic function."

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .sigmoidBackward) }
}
