/// The sine of each element, in radians.
///
/// `y = sin x`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct Sin: ParameterlessOp, UnaryOp {
  /// `sin`, after PyTorch.
  public static let name = "sin"
  /// For help.
  public static let summary = "The sine of each element, in radians."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Sin(), .init([3, 4], -3...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .sin) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = cos x`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let slope = try backward.engine.run(Cos(), backward.input(0))
    return [try backward.engine.run(Multiply(), backward.gradient(), slope)]
  }
}
