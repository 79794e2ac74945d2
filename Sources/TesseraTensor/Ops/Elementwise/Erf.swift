/// The error function of each element.
///
/// `y = 2/√π ∫₀ˣ e^-t² dt`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is not floating.
public struct Erf: ParameterlessOp, UnaryOp {
  /// `erf`, after PyTorch.
  public static let name = "erf"
  /// For help.
  public static let summary = "The error function of each element."
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(Erf(), .init([3, 4], -2...2))] }

  /// Makes the op.
  public init() {}

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .erf) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The slope is `∂y/∂x = 2/√π e^-x²`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let square = try backward.engine.run(Square(), backward.input(0))
    let bell = try backward.engine.run(Exp(), backward.engine.run(Negate(), square))
    let slope = try backward.engine.run(MultiplyScalar(by: 2 / Double.pi.squareRoot()), bell)
    return [try backward.engine.run(Multiply(), backward.gradient(), slope)]
  }
}
