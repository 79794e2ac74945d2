/// One over the square root of each element.
///
/// `y = 1 / √x`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the input is not floating.
public struct ReciprocalSqrt: ParameterlessOp, UnaryOp {
  /// `rsqrt`, after PyTorch.
  public static let name = "rsqrt"
  /// For help.
  public static let summary = "One over the square root of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(ReciprocalSqrt(), .init([3, 4], 0.5...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .reciprocalSqrt) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// The slope is `∂y/∂x = -½ y³`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let cube = try backward.engine.run(PowerScalar(exponent: 3), backward.result())
    let slope = try backward.engine.run(MultiplyScalar(by: -0.5), cube)
    return [try backward.engine.run(Multiply(), backward.gradient(), slope)]
  }
}
