/// The larger of two tensors, element by element; NaN wins.
///
/// `y = max(a, b)`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps both operands.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Maximum: ParameterlessOp, BinaryOp {
  /// `maximum`, after PyTorch.
  public static let name = "maximum"
  /// For help.
  public static let summary = "The larger of two elements."
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Maximum(), .init([3, 4]), .init([3, 4])),
      OpSample(Maximum(), .init([2, 1, 3]), .init([4, 1])),
      OpSample(Maximum(), .init([2, 3, 2, 2, 2], channelsLast: true), .init([3, 1, 1, 1])),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .maximum, integer: .maximum) }

  /// Which operand was the larger decides where the gradient goes.
  public func keeps(needs: [Bool]) -> [Kept] {
    [.input(0), .input(1)]
  }

  /// The larger operand gets the gradient; equal ones get half each.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { index in
      let (own, other) = (try backward.input(index), try backward.input(1 - index))
      let wins = try backward.engine.run(Greater(), own, other)
      let ties = try backward.engine.run(Equal(), own, other)
      let half = try backward.engine.run(
        MultiplyScalar(by: 0.5), backward.engine.run(MaskedFill(value: 0), gradient, ties.logicallyNegated()))
      let whole = try backward.engine.run(MaskedFill(value: 0), gradient, wins.logicallyNegated())
      return try backward.engine.run(Add(), whole, half)
    }
  }
}
