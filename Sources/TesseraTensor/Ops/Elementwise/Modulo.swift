/// What is left of a division rounded down; it has the sign of the divisor.
///
/// `y = a - b ⌊a / b⌋`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Modulo: ParameterlessOp, BinaryOp {
  /// `remainder`, after PyTorch.
  public static let name = "remainder"
  /// For help.
  public static let summary = "The remainder, with the sign of the divisor."
  /// Equal shapes, shapes that stretch, and channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Modulo(), .init([3, 4], -3...3), .init([3, 4], 0.5...2)),
      OpSample(Modulo(), .init([2, 1, 3], -3...3), .init([4, 1], 0.5...2)),
      OpSample(Modulo(), .init([2, 3, 2, 2, 2], -3...3, channelsLast: true), .init([3, 1, 1, 1], 0.5...2)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines the inputs run by run.
  public func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .modulo, integer: .modulo) }

  /// Steps have no slope worth following.
  public var isDifferentiable: Bool { false }
}
