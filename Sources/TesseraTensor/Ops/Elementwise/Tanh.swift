/// The hyperbolic tangent of each element: an S between -1 and 1.
///
/// `y = tanh x`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is not floating.
public struct Tanh: ParameterlessOp, UnaryOp {
  /// `tanh`, after PyTorch.
  public static let name = "tanh"
  /// For help.
  public static let summary = "The hyperbolic tangent of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Tanh(), .init([3, 4], -2...2))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .tanh) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// The slope is `∂y/∂x = 1 - y²`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(TanhBackward(), backward.result(), backward.gradient())]
  }
}

/// The gradient of a hyperbolic tangent, from the output and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct TanhBackward: PointwiseBackwardOp {
  static let name = "tanh_backward"
  static let summary = "The gradient of a hyperbolic tangent."

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .tanhBackward) }
}
