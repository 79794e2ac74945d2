/// Elements picked along one axis, each by its own index.
///
/// `y[i, j, k] = x[i, index[i, j, k], k]` for `dim` 1
///
/// - Parameters: `dim`, the axis.
/// - Shape: the index's; apart from `dim` it is nowhere longer than the input's.
/// - Memory: keeps the index.
/// - Throws: when the ranks differ, an extent is too long, or an index is out of range.
public struct Gather: Op {
  /// `gather`, after PyTorch.
  public static let name = "gather"
  /// For help.
  public static let summary = "Elements picked along one axis, each by its own index."
  /// A tensor, an index and an axis.
  public static let signature = OpSignature(
    inputs: ["input", "index"], parameters: [.required("dim", .int)])
  /// Both axes, indices that count from the end.
  public static var samples: [OpSample] {
    [
      OpSample(Gather(dim: 0), .init([3, 4]), .init([2, 4], 0...2, dtype: .int64)),
      OpSample(Gather(dim: -1), .init([3, 4]), .init([2, 5], -4...3, dtype: .int64)),
    ]
  }
  /// The axis.
  public let dim: Int

  /// Makes the op.
  public init(dim: Int) { self.dim = dim }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(dim: try arguments.int("dim")) }

  /// The index's shape, the input's type.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let (input, index) = (inputs[0], inputs[1])
    try index.requireIndex(op: Self.name)
    let axis = try input.shape.axis(dim, op: Self.name)
    let fits =
      input.shape.rank > 0 && index.shape.rank == input.shape.rank
      && (0..<input.shape.rank).allSatisfy { $0 == axis || index.shape[$0] <= input.shape[$0] }
    guard fits else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "at most \(input.shape) apart from dim \(dim)", got: index.shape,
        argument: "index")
    }
    return [TensorSpec(index.shape, input.dtype)]
  }

  /// Checks the indices once, then reads slab by slab.
  public func cpu(_ call: KernelCall) throws {
    let (input, index) = (call.inputs[0], call.inputs[1])
    let axis = try input.shape.axis(dim, op: Self.name)
    let indices = try IndexBuffer(
      index, limit: input.shape[axis], op: Self.name, axis: axis, shape: input.shape)
    try call.gather(Self.name, axis: axis, indices, Layout(rowMajor: index.shape))
  }

  /// The index says where the gradient goes.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(1)] }

  /// Adds each element's gradient where the element came from.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let input = backward.inputs[0]
    let axis = try input.shape.axis(dim, op: Self.name)
    let scatter = ScatterAdd(dim: axis, into: input.shape)
    return [try backward.engine.run(scatter, backward.gradient(), backward.input(1)), nil]
  }
}
