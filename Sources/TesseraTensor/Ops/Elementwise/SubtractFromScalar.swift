/// A number minus each element.
///
/// `y = value - x`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is a tensor of truth values.
public struct SubtractFromScalar: UnaryOp {
  /// `rsub`, after PyTorch.
  public static let name = "rsub"
  /// For help.
  public static let summary = "A number minus each element."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// One tensor and a number.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("value", .float)])
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(SubtractFromScalar(1), .init([3, 4]))] }
  /// The number to subtract from.
  public let value: Double

  /// Makes the op.
  public init(_ value: Double) {
    self.value = value
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(try arguments.float("value"))
  }

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws {
    try call.unary(Self.name, .subtractFrom, integer: .subtractFrom, value)
  }

  /// Linear: the gradient changes its sign.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Negate(), backward.gradient())]
  }
}
