/// One tensor raised to the powers in another.
///
/// `y = a^b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps both operands, and the result where the exponent needs a gradient.
/// - Throws: when the shapes do not broadcast, the types differ or are not floating.
public struct Power: ParameterlessOp, BinaryOp {
  /// `pow`, after PyTorch.
  public static let name = "pow"
  /// For help.
  public static let summary = "Each element raised to the power in another tensor."
  /// Integers are converted to floats first.
  public static var acceptsIntegers: Bool { false }
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Power(), .init([3, 4], 0.5...2), .init([3, 4], -2...2)),
      OpSample(Power(), .init([2, 1, 3], 0.5...2), .init([4, 1], -2...2)),
      OpSample(Power(), .init([2, 3, 2, 2, 2], 0.5...2, channelsLast: true), .init([3, 1, 1, 1], -2...2)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .power) }

  /// Both slopes need both operands; the exponent's also the result.
  public func keeps(needs: [Bool]) -> [Kept] {
    needs[1] ? [.input(0), .input(1), .result(0)] : [.input(0), .input(1)]
  }

  /// The slopes are `∂y/∂a = b a^(b - 1)` and `∂y/∂b = y ln a`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { index in
      if index == 1 {
        let slope = try backward.engine.run(
          Multiply(), backward.result(), backward.engine.run(Log(), backward.input(0)))
        return try backward.engine.run(Multiply(), gradient, slope)
      }
      let lower = try backward.engine.run(AddScalar(-1), backward.input(1))
      let power = try backward.engine.run(Power(), backward.input(0), lower)
      let slope = try backward.engine.run(Multiply(), backward.input(1), power)
      return try backward.engine.run(Multiply(), gradient, slope)
    }
  }
}
