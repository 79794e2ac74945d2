/// Each element plus a number.
///
/// `y = x + value`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is a tensor of truth values.
public struct AddScalar: UnaryOp {
  /// `add_scalar`, after the operator with a number.
  public static let name = "add_scalar"
  /// For help.
  public static let summary = "Each element plus a number."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// One tensor and a number.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("value", .float)])
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(AddScalar(2.5), .init([3, 4]))] }
  /// The number to add.
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
    try call.unary(Self.name, .addScalar, integer: .addScalar, value)
  }

  /// The gradient passes through.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.gradient()]
  }
}
