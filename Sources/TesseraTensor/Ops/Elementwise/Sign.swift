/// The sign of each element: -1, 0 or 1.
///
/// `y = sign x`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is a tensor of truth values.
public struct Sign: ParameterlessOp, UnaryOp {
  /// `sign`, after PyTorch.
  public static let name = "sign"
  /// For help.
  public static let summary = "The sign of each element: -1, 0 or 1."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Sign(), .init([3, 4]))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .sign, integer: .sign) }

  /// Steps have no slope worth following.
  public var isDifferentiable: Bool { false }
}
