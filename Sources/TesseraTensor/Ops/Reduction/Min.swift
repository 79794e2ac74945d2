import CKernels

/// The smallest element, of all or along one axis; NaN wins.
///
/// `y = min x`
///
/// - Parameters: `dim`, the axis, None for all elements; `keepdim`, whether it stays with extent 1.
/// - Shape: the input's without the axis. Along an axis there is a second result: where the element first occurs.
/// - Memory: along an axis keeps the positions, 8 bytes a result; over all elements keeps the input and the result.
/// - Throws: when the axis does not exist or holds nothing.
public struct Min: ExtremeValueOp {
  /// `min`, after PyTorch.
  public static let name = "min"
  /// For help.
  public static let summary = "The smallest element, of all or along one axis."
  /// The smallest.
  public static let extremum = CKExtremum.minimum
  /// The axis; nil for all elements.
  public let dim: Int?
  /// Whether the axis stays with extent 1.
  public let keepDim: Bool

  /// Makes the op.
  public init(dim: Int? = nil, keepDim: Bool = false) {
    self.dim = dim
    self.keepDim = keepDim
  }
}
