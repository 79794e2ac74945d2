/// Where the elements of two tensors are in descending order.
///
/// `y = a > b`
///
/// - Shape: the broadcast of both shapes; truth values.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Greater: ParameterlessOp, ComparisonOp {
  /// `gt`, after PyTorch.
  public static let name = "gt"
  /// For help.
  public static let summary = "Where elements are in descending order."
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [
      OpSample(Greater(), .init([3, 4]), .init([3, 4])),
      OpSample(Greater(), .init([4, 3], -2...2, dtype: .int64), .init([3], -2...2, dtype: .int64)),
    ]
  }

  /// Makes the op.
  public init() {}

  /// Compares run by run.
  public func cpu(_ call: KernelCall) throws { try call.compare(Self.name, .greater) }
}
