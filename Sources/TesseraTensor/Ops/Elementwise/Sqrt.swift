/// The square root of each element.
///
/// `y = √x`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is not floating.
public struct Sqrt: ParameterlessOp, UnaryOp {
  /// `sqrt`, after PyTorch.
  public static let name = "sqrt"
  /// For help.
  public static let summary = "The square root of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Sqrt(), .init([3, 4], 0.5...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .sqrt) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// The slope is `∂y/∂x = 1 / (2 y)`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let twice = try backward.engine.run(MultiplyScalar(by: 2), backward.result())
    return [try backward.engine.run(Divide(), backward.gradient(), twice)]
  }
}
