/// The difference of two tensors.
///
/// `y = a - b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Subtract: ParameterlessOp, BinaryOp {
  /// `sub`, after PyTorch.
  public static let name = "sub"
  /// For help.
  public static let summary = "The difference of two tensors, element by element."
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Subtract(), .init([3, 4]), .init([3, 4])),
      OpSample(Subtract(), .init([2, 1, 3]), .init([4, 1])),
      OpSample(Subtract(), .init([2, 3, 2, 2, 2], channelsLast: true), .init([3, 1, 1, 1])),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .subtract, integer: .subtract) }

  /// The second operand's gradient changes its sign.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { index in
      index == 0 ? gradient : try backward.engine.run(Negate(), gradient)
    }
  }
}
