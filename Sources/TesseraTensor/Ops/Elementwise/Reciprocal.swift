/// One over each element.
///
/// `y = 1 / x`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is not floating.
public struct Reciprocal: ParameterlessOp, UnaryOp {
  /// `reciprocal`, after PyTorch.
  public static let name = "reciprocal"
  /// For help.
  public static let summary = "One over each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Reciprocal(), .init([3, 4], 0.5...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .reciprocal) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// The slope is `∂y/∂x = -y²`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let square = try backward.engine.run(Square(), backward.result())
    let product = try backward.engine.run(Multiply(), backward.gradient(), square)
    return [try backward.engine.run(Negate(), product)]
  }
}
