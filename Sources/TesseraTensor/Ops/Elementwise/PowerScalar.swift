/// Each element raised to a fixed power.
///
/// `y = x^exponent`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct PowerScalar: UnaryOp {
  /// `pow_scalar`, after the operator with a number.
  public static let name = "pow_scalar"
  /// For help.
  public static let summary = "Each element raised to a fixed power."
  /// One tensor and a number.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("exponent", .float)])
  /// Powers with and without a kernel of their own.
  public static var samples: [OpSample] {
    [
      OpSample(PowerScalar(exponent: 3), .init([3, 4])),
      OpSample(PowerScalar(exponent: 1.5), .init([3, 4], 0.5...2)),
    ]
  }
  /// The power.
  public let exponent: Double

  /// Makes the op.
  public init(exponent: Double) {
    self.exponent = exponent
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(exponent: try arguments.float("exponent"))
  }

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .power, exponent) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = exponent · x^(exponent - 1)`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let slope = try backward.engine.run(PowerScalar(exponent: exponent - 1), backward.input(0))
    let scaled = try backward.engine.run(MultiplyScalar(by: exponent), slope)
    return [try backward.engine.run(Multiply(), backward.gradient(), scaled)]
  }
}
