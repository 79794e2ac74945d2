/// Where two truth values are both true.
///
/// `y = a ∧ b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or an input is no tensor of truth values.
public struct LogicalAnd: ParameterlessOp, LogicalOp {
  /// `logical_and`, after PyTorch.
  public static let name = "logical_and"
  /// For help.
  public static let summary = "Where two truth values are both true."
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [
      OpSample(LogicalAnd(), .init([3, 4], 0...1, dtype: .bool), .init([3, 4], 0...1, dtype: .bool)),
      OpSample(LogicalAnd(), .init([4, 3], 0...1, dtype: .bool), .init([3], 0...1, dtype: .bool)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines byte by byte.
  public func cpu(_ call: KernelCall) throws { try call.logical(Self.name, .and) }
}
