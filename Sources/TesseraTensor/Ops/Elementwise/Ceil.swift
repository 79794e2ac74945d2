/// The smallest whole number above or at each element.
///
/// `y = ⌈x⌉`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is not floating.
public struct Ceil: ParameterlessOp, UnaryOp {
  /// `ceil`, after PyTorch.
  public static let name = "ceil"
  /// For help.
  public static let summary = "The smallest whole number not below each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Ceil(), .init([3, 4], -3...3))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .ceil) }

  /// Steps have no slope worth following.
  public var isDifferentiable: Bool { false }
}
