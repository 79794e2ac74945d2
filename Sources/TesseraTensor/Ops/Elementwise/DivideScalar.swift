/// Each element divided by a number.
///
/// `y = x / divisor`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is not floating.
public struct DivideScalar: UnaryOp {
  /// `div_scalar`, after the operator with a number.
  public static let name = "div_scalar"
  /// For help.
  public static let summary = "Each element divided by a number."
  /// One tensor and a number.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("divisor", .float)])
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(DivideScalar(by: 2.5), .init([3, 4]))] }
  /// The number to divide by.
  public let divisor: Double

  /// Makes the op.
  public init(by divisor: Double) {
    self.divisor = divisor
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(by: try arguments.float("divisor"))
  }

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .divideScalar, divisor) }

  /// Linear: the gradient is scaled alike.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(DivideScalar(by: divisor), backward.gradient())]
  }
}
