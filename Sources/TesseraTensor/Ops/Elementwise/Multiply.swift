/// The product of two tensors.
///
/// `y = a b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps each operand whose partner needs a gradient.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Multiply: ParameterlessOp, BinaryOp {
  /// `mul`, after PyTorch.
  public static let name = "mul"
  /// For help.
  public static let summary = "The product of two tensors, element by element."
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Multiply(), .init([3, 4]), .init([3, 4])),
      OpSample(Multiply(), .init([2, 1, 3]), .init([4, 1])),
      OpSample(Multiply(), .init([2, 3, 2, 2, 2], channelsLast: true), .init([3, 1, 1, 1])),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .multiply, integer: .multiply) }

  /// Each operand is the other one's slope.
  public func keeps(needs: [Bool]) -> [Kept] {
    [needs[1] ? .input(0) : nil, needs[0] ? .input(1) : nil].compactMap { $0 }
  }

  /// The slopes are `∂y/∂a = b` and `∂y/∂b = a`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { index in
      try backward.engine.run(Multiply(), gradient, backward.input(1 - index))
    }
  }
}
