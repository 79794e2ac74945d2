/// Each element, scaled by the share of a normal distribution below it: a smooth relu.
///
/// `y = x Φ(x) = x/2 (1 + erf(x / √2))`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct Gelu: ParameterlessOp, UnaryOp {
  /// `gelu`, after PyTorch.
  public static let name = "gelu"
  /// For help.
  public static let summary = "Each element times the share of a normal distribution below it."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Gelu(), .init([3, 4], -3...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .gelu) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = Φ(x) + x φ(x)`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.overGradient(GeluBackward(), backward.input(0))]
  }
}

/// The gradient of a gelu, from the input and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct GeluBackward: PointwiseBackwardOp {
  static let name = "gelu_backward"
  static let summary = "The gradient of a gelu."

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .geluBackward) }
}
