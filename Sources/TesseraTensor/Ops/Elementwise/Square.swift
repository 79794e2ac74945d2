/// The square of each element.
///
/// `y = x²`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct Square: ParameterlessOp, UnaryOp {
  /// `square`, after PyTorch.
  public static let name = "square"
  /// For help.
  public static let summary = "The square of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Square(), .init([3, 4]))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .square) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = 2 x`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let twice = try backward.engine.run(MultiplyScalar(by: 2), backward.input(0))
    return [try backward.engine.run(Multiply(), backward.gradient(), twice)]
  }
}
