/// The tensor without axes of extent 1: a view.
///
/// - Parameters: `dim`, the axes to drop where their extent is 1; None for all of them.
/// - Shape: the input's without these axes.
/// - Memory: a view; keeps nothing.
/// - Throws: when an axis does not exist.
public struct Squeeze: ViewOp {
  /// `squeeze`, after PyTorch.
  public static let name = "squeeze"
  /// For help.
  public static let summary = "The tensor without axes of extent 1."
  /// A tensor and axes.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.optional("dim", .dims, .none)])
  /// All axes, one axis, an axis that stays.
  public static var samples: [OpSample] {
    [
      OpSample(Squeeze(), .init([1, 3, 1])), OpSample(Squeeze(dims: [-1]), .init([1, 3, 1])),
      OpSample(Squeeze(dims: [1]), .init([1, 3])),
    ]
  }
  /// The axes; nil for all of extent 1.
  public let dims: [Int]?

  /// Makes the op.
  public init(dims: [Int]? = nil) { self.dims = dims }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(dims: try arguments.dims("dim")) }

  /// The layout without the axes.
  public func view(of layout: Layout) throws -> Layout {
    let named = try (dims ?? Array(0..<layout.rank)).map { try layout.shape.axis($0, op: Self.name) }
    var result = layout
    for axis in Set(named).sorted(by: >) where axis < layout.rank && layout.shape[axis] == 1 {
      result = result.squeezed(axis: axis)
    }
    return result
  }

  /// The gradient under the input's shape.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.gradient().reshaped(to: backward.inputs[0].shape)]
  }
}
