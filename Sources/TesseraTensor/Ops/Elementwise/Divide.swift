/// The quotient of two tensors.
///
/// `y = a / b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps the divisor, and the dividend where the divisor needs a gradient.
/// - Throws: when the shapes do not broadcast, the types differ or are not floating.
public struct Divide: ParameterlessOp, BinaryOp {
  /// `div`, after PyTorch.
  public static let name = "div"
  /// For help.
  public static let summary = "The quotient of two tensors, element by element."
  /// Integers are converted to floats first.
  public static var acceptsIntegers: Bool { false }
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Divide(), .init([3, 4]), .init([3, 4], 0.5...2)),
      OpSample(Divide(), .init([2, 1, 3]), .init([4, 1], 0.5...2)),
      OpSample(Divide(), .init([2, 3, 2, 2, 2], channelsLast: true), .init([3, 1, 1, 1], 0.5...2)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .divide) }

  /// The divisor decides both slopes; the dividend only the divisor's.
  public func keeps(needs: [Bool]) -> [Kept] {
    needs[1] ? [.input(0), .input(1)] : [.input(1)]
  }

  /// The slopes are `∂y/∂a = 1 / b` and `∂y/∂b = -a / b²`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { index in
      let share = try backward.engine.run(Divide(), gradient, backward.input(1))
      guard index == 1 else { return share }
      let ratio = try backward.engine.run(Divide(), backward.input(0), backward.input(1))
      return try backward.engine.run(Negate(), backward.engine.run(Multiply(), share, ratio))
    }
  }
}
