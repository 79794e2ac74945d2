/// Whole slices of one axis, in the order of a list of indices.
///
/// `y[i, j, k] = x[i, index[j], k]` for `dim` 1
///
/// - Parameters: `dim`, the axis.
/// - Shape: the input's, with the number of indices along the axis.
/// - Memory: keeps the index.
/// - Throws: when the index has not one axis or points outside.
public struct IndexSelect: Op {
  /// `index_select`, after PyTorch.
  public static let name = "index_select"
  /// For help.
  public static let summary = "Whole slices of one axis, in the order of a list of indices."
  /// A tensor, an index and an axis.
  public static let signature = OpSignature(
    inputs: ["input", "index"], parameters: [.required("dim", .int)])
  /// Rows, columns, more indices than there are slices.
  public static var samples: [OpSample] {
    [
      OpSample(IndexSelect(dim: 0), .init([3, 4]), .init([5], -3...2, dtype: .int64)),
      OpSample(IndexSelect(dim: -1), .init([2, 3, 4]), .init([2], 0...3, dtype: .int64)),
      OpSample(
        IndexSelect(dim: 1), .init([2, 3, 2, 2, 2], channelsLast: true), .init([4], 0...2, dtype: .int64)),
    ]
  }
  /// The axis.
  public let dim: Int

  /// Makes the op.
  public init(dim: Int) { self.dim = dim }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(dim: try arguments.int("dim")) }

  /// The input's shape and memory order with another extent.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let (input, index) = (inputs[0], inputs[1])
    try index.requireIndex(op: Self.name, rank: 1)
    var shape = input.shape
    guard shape.rank > 0 else {
      throw TensorError.wrongRank(op: Self.name, argument: "input", expected: "a dim", shape: shape)
    }
    shape[try shape.axis(dim, op: Self.name)] = index.shape[0]
    return [TensorSpec(layout: input.layout.dense(for: shape), dtype: input.dtype)]
  }

  /// Checks the indices once, then copies rows.
  public func cpu(_ call: KernelCall) throws {
    let (input, index) = (call.inputs[0], call.inputs[1])
    let axis = try input.shape.axis(dim, op: Self.name)
    let indices = try IndexBuffer(
      index, limit: input.shape[axis], op: Self.name, axis: axis, shape: input.shape)
    try call.gather(Self.name, axis: axis, indices, .indices(along: axis, of: call.outputs[0].shape))
  }

  /// The index says where the gradient goes.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(1)] }

  /// Adds each slice's gradient to the slice it came from.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let input = backward.inputs[0]
    let add = IndexAdd(dim: try input.shape.axis(dim, op: Self.name), into: input)
    return [try backward.engine.run(add, backward.gradient(), backward.input(1)), nil]
  }
}

/// Zeros, to which slices are added along one axis: the gradient of ``IndexSelect``.
///
/// - Shape: that of the tensor that was selected from.
/// - Memory: keeps nothing.
struct IndexAdd: Op {
  static let name = "index_add"
  static let summary = "Zeros, to which slices are added at given indices."
  /// The axis, counted from the front.
  let dim: Int
  /// The result.
  let target: TensorSpec

  init(dim: Int, into input: TensorSpec) {
    self.dim = dim
    target = TensorSpec(layout: input.layout.dense(for: input.shape), dtype: input.dtype)
  }

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { [target] }

  func cpu(_ call: KernelCall) throws {
    let (source, index, output) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let indices = try IndexBuffer(
      index, limit: output.shape[dim], op: Self.name, axis: dim, shape: output.shape)
    try call.scatterAdd(Self.name, axis: dim, indices, .indices(along: dim, of: source.shape))
  }
}
