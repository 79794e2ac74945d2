/// The tensor with its signs changed.
///
/// `y = -x`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is a tensor of truth values.
public struct Negate: ParameterlessOp, UnaryOp {
  /// `neg`, after PyTorch.
  public static let name = "neg"
  /// For help.
  public static let summary = "Each element with its sign changed."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Negate(), .init([3, 4]))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .negate, integer: .negate) }

  /// Linear: the gradient changes its sign too.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Negate(), backward.gradient())]
  }
}
