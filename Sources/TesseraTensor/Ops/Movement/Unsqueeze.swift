/// The tensor with a new axis of extent 1: a view.
///
/// - Parameters: `dim`, where the new axis stands in the result.
/// - Shape: the input's with one more axis.
/// - Memory: a view; keeps nothing.
/// - Throws: when the place does not exist.
public struct Unsqueeze: ViewOp {
  /// `unsqueeze`, after PyTorch.
  public static let name = "unsqueeze"
  /// For help.
  public static let summary = "The tensor with a new axis of extent 1."
  /// A tensor and a place.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.required("dim", .int)])
  /// In front, at the end.
  public static var samples: [OpSample] {
    [OpSample(Unsqueeze(dim: 0), .init([3, 4])), OpSample(Unsqueeze(dim: -1), .init([3, 4]))]
  }
  /// Where the new axis stands.
  public let dim: Int

  /// Makes the op.
  public init(dim: Int) { self.dim = dim }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(dim: try arguments.int("dim")) }

  /// The layout with the axis.
  public func view(of layout: Layout) throws -> Layout {
    let axis = dim < 0 ? dim + layout.rank + 1 : dim
    guard axis >= 0 && axis <= layout.rank else {
      throw TensorError.axisOutOfRange(op: Self.name, axis: dim, shape: layout.shape)
    }
    return layout.unsqueezed(axis: axis)
  }

  /// The gradient under the input's shape.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.gradient().reshaped(to: backward.inputs[0].shape)]
  }
}
