/// The same elements, in row-major order, under another shape: a view.
///
/// - Parameters: `shape`, the new extents; one of them may be -1 and is then computed.
/// - Shape: the new extents, of the same count.
/// - Memory: a view; keeps nothing.
/// - Throws: when the counts differ, or when the elements lie so that no strides give the new shape.
///   ``Tensor/reshaped(to:)`` copies in that case.
public struct Reshape: ViewOp {
  /// `reshape`, after PyTorch.
  public static let name = "reshape"
  /// For help.
  public static let summary = "The same elements under another shape."
  /// A tensor and its new extents.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.required("shape", .ints)])
  /// Merged axes, split axes, an inferred extent.
  public static var samples: [OpSample] {
    [
      OpSample(Reshape(to: [6, 4]), .init([2, 3, 4])), OpSample(Reshape(to: [2, 2, -1]), .init([4, 3])),
      OpSample(Reshape(to: [2, 3, 8]), .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// The new extents; -1 stands for whatever fits.
  public let shape: Shape

  /// Makes the op.
  public init(to shape: Shape) { self.shape = shape }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(to: Shape(try arguments.ints("shape"))) }

  /// The layout of the same elements under the new shape.
  public func view(of layout: Layout) throws -> Layout {
    guard let view = layout.reshaped(to: try target(of: layout.shape)) else {
      throw TensorError.unsupported(op: Self.name, what: "a view of elements that lie in another order")
    }
    return view
  }

  /// The new shape with -1 replaced.
  func target(of source: Shape) throws -> Shape {
    var target = shape
    let open = shape.extents.indices.filter { shape[$0] == -1 }
    let known = shape.extents.filter { $0 != -1 }.reduce(1, *)
    if open.count == 1, known > 0, source.count % known == 0 { target[open[0]] = source.count / known }
    guard target.count == source.count, target.extents.allSatisfy({ $0 >= 0 }) else {
      throw TensorError.reshapeCount(from: source, to: shape)
    }
    return target
  }

  /// The gradient under the input's shape.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.gradient().reshaped(to: backward.inputs[0].shape)]
  }
}
