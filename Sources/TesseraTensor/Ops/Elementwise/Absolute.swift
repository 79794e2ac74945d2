/// The magnitude of each element.
///
/// `y = |x|`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is a tensor of truth values.
public struct Absolute: ParameterlessOp, UnaryOp {
  /// `abs`, after PyTorch.
  public static let name = "abs"
  /// For help.
  public static let summary = "The magnitude of each element."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Absolute(), .init([3, 4]))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .absolute, integer: .absolute) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// `∂y/∂x = sign x`, taken as 0 at 0.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(AbsoluteBackward(), backward.input(0), backward.gradient())]
  }
}

/// The gradient of a magnitude, from the input and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct AbsoluteBackward: PointwiseBackwardOp {
  static let name = "abs_backward"
  static let summary = "The gradient of a magnitude."

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .absoluteBackward) }
}
