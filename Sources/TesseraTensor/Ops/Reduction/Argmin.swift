import CKernels

/// Where the smallest element is: its first position along an axis, or in row-major order.
///
/// - Parameters: `dim`, the axis, None for all elements; `keepdim`, whether it stays with extent 1.
/// - Shape: the input's without the axis; int64.
/// - Memory: keeps nothing.
/// - Throws: when the axis does not exist or holds nothing.
public struct Argmin: ExtremePositionOp {
  /// `argmin`, after PyTorch.
  public static let name = "argmin"
  /// For help.
  public static let summary = "Where the smallest element is."
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
