/// The whole number nearest to each element; halves go to the even neighbour.
///
/// `y = round x`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is not floating.
public struct Round: ParameterlessOp, UnaryOp {
  /// `round`, after PyTorch.
  public static let name = "round"
  /// For help.
  public static let summary = "The nearest whole number; halves to even."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Round(), .init([3, 4], -3...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .round) }

  /// Steps have no slope worth following.
  public var isDifferentiable: Bool { false }
}
