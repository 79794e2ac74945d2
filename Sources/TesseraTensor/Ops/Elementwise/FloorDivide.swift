/// The quotient of two tensors, rounded down.
///
/// `y = ⌊a / b⌋`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct FloorDivide: ParameterlessOp, BinaryOp {
  /// `floor_divide`, after PyTorch.
  public static let name = "floor_divide"
  /// For help.
  public static let summary = "The quotient, rounded down."
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(FloorDivide(), .init([3, 4], -3...3), .init([3, 4], 0.5...2)),
      OpSample(FloorDivide(), .init([2, 1, 3], -3...3), .init([4, 1], 0.5...2)),
      OpSample(
        FloorDivide(), .init([2, 3, 2, 2, 2], -3...3, channelsLast: true), .init([3, 1, 1, 1], 0.5...2)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws {
    try call.binary(Self.name, .floorDivide, integer: .floorDivide)
  }

  /// Steps have no slope worth following.
  public var isDifferentiable: Bool { false }
}
