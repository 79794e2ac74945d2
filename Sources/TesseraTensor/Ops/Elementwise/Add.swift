/// The sum of two tensors.
///
/// `y = a + b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Add: ParameterlessOp, BinaryOp {
  /// `add`, after PyTorch.
  public static let name = "add"
  /// For help.
  public static let summary = "The sum of two tensors, element by element."
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Add(), .init([3, 4]), .init([3, 4])), OpSample(Add(), .init([2, 1, 3]), .init([4, 1])),
      OpSample(Add(), .init([2, 3, 2, 2, 2], channelsLast: true), .init([3, 1, 1, 1])),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .add, integer: .add) }

  /// Each operand gets the gradient, summed over the axes that stretched.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { index in
      gradient
    }
  }
}
