/// The natural logarithm of each element.
///
/// `y = ln x`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct Log: ParameterlessOp, UnaryOp {
  /// `log`, after PyTorch.
  public static let name = "log"
  /// For help.
  public static let summary = "The natural logarithm of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Log(), .init([3, 4], 0.5...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .log) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = 1 / x`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Divide(), backward.gradient(), backward.input(0))]
  }
}
