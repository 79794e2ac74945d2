/// Each element times a number.
///
/// `y = x · factor`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is a tensor of truth values.
public struct MultiplyScalar: UnaryOp {
  /// `mul_scalar`, after the operator with a number.
  public static let name = "mul_scalar"
  /// For help.
  public static let summary = "Each element times a number."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// One tensor and a number.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("factor", .float)])
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(MultiplyScalar(by: 2.5), .init([3, 4]))] }
  /// The number to multiply by.
  public let factor: Double

  /// Makes the op.
  public init(by factor: Double) {
    self.factor = factor
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(by: try arguments.float("factor"))
  }

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws {
    try call.unary(Self.name, .multiplyScalar, integer: .multiplyScalar, factor)
  }

  /// Linear: the gradient is scaled alike.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(MultiplyScalar(by: factor), backward.gradient())]
  }
}
