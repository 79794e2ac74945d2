/// The cosine of each element, in radians.
///
/// `y = cos x`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct Cos: ParameterlessOp, UnaryOp {
  /// `cos`, after PyTorch.
  public static let name = "cos"
  /// For help.
  public static let summary = "The cosine of each element, in radians."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Cos(), .init([3, 4], -3...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .cos) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = -sin x`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let sine = try backward.engine.run(Sin(), backward.input(0))
    let product = try backward.engine.run(Multiply(), backward.gradient(), sine)
    return [try backward.engine.run(Negate(), product)]
  }
}
