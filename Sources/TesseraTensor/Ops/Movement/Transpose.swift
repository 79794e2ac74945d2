/// Two axes exchanged: a view.
///
/// - Parameters: `dim0` and `dim1`, the axes.
/// - Shape: the input's with the two extents exchanged.
/// - Memory: a view; keeps nothing.
/// - Throws: when an axis does not exist.
public struct Transpose: ViewOp {
  /// `transpose`, after PyTorch.
  public static let name = "transpose"
  /// For help.
  public static let summary = "Two axes exchanged."
  /// A tensor and two axes.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("dim0", .int), .required("dim1", .int)])
  /// Neighbours and ends.
  public static var samples: [OpSample] {
    [OpSample(Transpose(0, 1), .init([3, 4])), OpSample(Transpose(0, -1), .init([2, 3, 4]))]
  }
  /// One axis.
  public let first: Int
  /// The other axis.
  public let second: Int

  /// Makes the op.
  public init(_ first: Int, _ second: Int) {
    self.first = first
    self.second = second
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(try arguments.int("dim0"), try arguments.int("dim1"))
  }

  /// The strides with two exchanged.
  public func view(of layout: Layout) throws -> Layout {
    var order = Array(0..<layout.rank)
    let axes = try (layout.shape.axis(first, op: Self.name), layout.shape.axis(second, op: Self.name))
    if layout.rank > 0 { order.swapAt(axes.0, axes.1) }
    return layout.permuted(to: order)
  }

  /// The exchange undoes itself.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(self, backward.gradient())]
  }
}
