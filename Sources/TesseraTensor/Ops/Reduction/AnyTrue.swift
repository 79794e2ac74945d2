/// Whether any element is true.
///
/// - Parameters: `dim`, the axes, None for all; `keepdim`, whether they stay with extent 1.
/// - Shape: the input's without the axes; truth values.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist or the input holds no truth values.
public struct AnyTrue: TruthOp {
  /// `any`, after PyTorch.
  public static let name = "any"
  /// For help.
  public static let summary = "Whether any element is true."
  /// One that is true decides.
  public static let asksForAll = false
  /// The axes; nil for all.
  public let dims: [Int]?
  /// Whether the axes stay with extent 1.
  public let keepDim: Bool

  /// Makes the op.
  public init(dims: [Int]? = nil, keepDim: Bool = false) {
    self.dims = dims
    self.keepDim = keepDim
  }
}
