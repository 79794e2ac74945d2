/// Axes of extent 1 repeated without copying: a view with strides 0.
///
/// - Parameters: `shape`, the new extents; -1 keeps an extent, and new axes may stand in front.
/// - Shape: the new extents.
/// - Memory: a view; keeps nothing.
/// - Throws: when an extent other than 1 would change.
public struct Expand: ViewOp {
  /// `expand`, after PyTorch.
  public static let name = "expand"
  /// For help.
  public static let summary = "Axes of extent 1 repeated without copying."
  /// A tensor and its new extents.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.required("shape", .ints)])
  /// A stretched axis, a new axis.
  public static var samples: [OpSample] {
    [OpSample(Expand(to: [3, 4]), .init([3, 1])), OpSample(Expand(to: [2, -1, 4]), .init([3, 1]))]
  }
  /// The new extents; -1 keeps the input's.
  public let shape: Shape

  /// Makes the op.
  public init(to shape: Shape) { self.shape = shape }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(to: Shape(try arguments.ints("shape"))) }

  /// Stride 0 along stretched axes.
  public func view(of layout: Layout) throws -> Layout {
    let lead = shape.rank - layout.rank
    let extents = shape.extents.enumerated().map { axis, extent in
      extent == -1 && axis >= lead ? layout.shape[axis - lead] : extent
    }
    let target = Shape(extents)
    let fits =
      lead >= 0
      && (0..<layout.rank).allSatisfy { axis in
        layout.shape[axis] == 1 || layout.shape[axis] == target[axis + lead]
      }
    guard fits, extents.allSatisfy({ $0 >= 0 }) else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "extents that are 1 or those of \(shape)", got: layout.shape,
        argument: "input")
    }
    return layout.expanded(to: target)
  }

  /// The gradient summed over the stretched axes.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.gradient().summed(to: backward.inputs[0].shape)]
  }
}
