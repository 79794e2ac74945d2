/// Where the elements of two tensors are in ascending order.
///
/// `y = a < b`
///
/// - Shape: the broadcast of both shapes; truth values.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Less: ParameterlessOp, ComparisonOp {
  /// `lt`, after PyTorch.
  public static let name = "lt"
  /// For help.
  public static let summary = "Where elements are in ascending order."
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [
      OpSample(Less(), .init([3, 4]), .init([3, 4])),
      OpSample(Less(), .init([4, 3], -2...2, dtype: .int64), .init([3], -2...2, dtype: .int64)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Compares run by run.
  public func cpu(_ call: KernelCall) throws { try call.compare(Self.name, .less) }
}
