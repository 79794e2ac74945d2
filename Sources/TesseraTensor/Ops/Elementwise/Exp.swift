/// The exponential of each element.
///
/// `y = e^x`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is not floating.
public struct Exp: ParameterlessOp, UnaryOp {
  /// `exp`, after PyTorch.
  public static let name = "exp"
  /// For help.
  public static let summary = "The exponential of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Exp(), .init([3, 4]))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .exp) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// The slope is `∂y/∂x = y`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Multiply(), backward.gradient(), backward.result())]
  }
}
