/// The largest whole number below or at each element.
///
/// `y = ⌊x⌋`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is not floating.
public struct Floor: ParameterlessOp, UnaryOp {
  /// `floor`, after PyTorch.
  public static let name = "floor"
  /// For help.
  public static let summary = "The largest whole number not above each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Floor(), .init([3, 4], -3...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .floor) }

  /// Steps have no slope worth following.
  public var isDifferentiable: Bool { false }
}
