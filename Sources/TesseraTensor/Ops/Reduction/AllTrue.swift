/// Whether all elements are true.
///
/// - Parameters: `dim`, the axes, None for all; `keepdim`, whether they stay with extent 1.
/// - Shape: the input's without the axes; truth values.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist or the input holds no truth values.
public struct AllTrue: TruthOp {
  /// `all`, after PyTorch.
  public static let name = "all"
  /// For help.
  public static let summary = "Whether all elements are true."
  /// One that is false decides.
  public static let asksForAll = true
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
