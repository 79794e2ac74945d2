/// Where two truth values are different.
///
/// `y = a ⊕ b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or an input is no tensor of truth values.
public struct LogicalXor: ParameterlessOp, LogicalOp {
  /// `logical_xor`, after PyTorch.
  public static let name = "logical_xor"
  /// For help.
  public static let summary = "Where two truth values are different."
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [
      OpSample(LogicalXor(), .init([3, 4], 0...1, dtype: .bool), .init([3, 4], 0...1, dtype: .bool)),
      OpSample(LogicalXor(), .init([4, 3], 0...1, dtype: .bool), .init([3], 0...1, dtype: .bool)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Combines byte by byte.
  public func cpu(_ call: KernelCall) throws { try call.logical(Self.name, .xor) }
}
