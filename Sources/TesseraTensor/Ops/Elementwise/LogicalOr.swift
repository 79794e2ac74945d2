/// Where two truth values are not both false.
///
/// `y = a ∨ b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or an input is no tensor of truth values.
public struct LogicalOr: ParameterlessOp, LogicalOp {
  /// `logical_or`, after PyTorch.
  public static let name = "logical_or"
  /// For help.
  public static let summary = "Where two truth values are not both false."
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [
      OpSample(LogicalOr(), .init([3, 4], 0...1, dtype: .bool), .init([3, 4], 0...1, dtype: .bool)),
      OpSample(LogicalOr(), .init([4, 3], 0...1, dtype: .bool), .init([3], 0...1, dtype: .bool)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines byte by byte.
  public func cpu(_ call: KernelCall) throws { try call.logical(Self.name, .or) }
}
