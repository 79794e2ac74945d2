/// One position of an axis, which disappears: a view.
///
/// - Parameters: `dim`, the axis; `index`, the position, which counts from the end where negative.
/// - Shape: the input's without the axis.
/// - Memory: a view; keeps nothing.
/// - Throws: when the axis or the position does not exist.
public struct Select: ViewOp {
  /// `select`, after PyTorch.
  public static let name = "select"
  /// For help.
  public static let summary = "One position of an axis."
  /// A tensor, an axis and a position.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("dim", .int), .required("index", .int)])
  /// A row and a column.
  public static var samples: [OpSample] {
    [
      OpSample(Select(dim: 0, index: 1), .init([3, 4])),
      OpSample(Select(dim: -1, index: -2), .init([2, 3, 4])),
    ]
  }
  /// The axis.
  public let dim: Int
  /// The position.
  public let index: Int

  /// Makes the op.
  public init(dim: Int, index: Int) {
    self.dim = dim
    self.index = index
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(dim: try arguments.int("dim"), index: try arguments.int("index"))
  }

  /// The part of the layout at the position.
  public func view(of layout: Layout) throws -> Layout {
    let axis = try layout.shape.axis(dim, op: Self.name)
    let position = index < 0 && layout.rank > 0 ? index + layout.shape[axis] : index
    guard layout.rank > 0, position >= 0, position < layout.shape[axis] else {
      throw TensorError.indexOutOfRange(op: Self.name, index: index, axis: axis, shape: layout.shape)
    }
    return layout.sliced(axis: axis, start: position, stop: position + 1, step: 1).squeezed(axis: axis)
  }

  /// Zeros everywhere else.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(ViewBackward(of: self, input: backward.inputs[0]), backward.gradient())]
  }
}
