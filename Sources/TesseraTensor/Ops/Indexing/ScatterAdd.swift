/// Zeros, to which elements are added along one axis, each at its own index: the gradient of ``Gather``.
///
/// `y[i, index[i, j, k], k] += x[i, j, k]` for `dim` 1, in memory order of x
///
/// - Shape: as asked for.
/// - Memory: keeps nothing.
struct ScatterAdd: Op {
  static let name = "scatter_add"
  static let summary = "Zeros, to which elements are added at given indices."
  /// The axis, counted from the front.
  let dim: Int
  /// The result's shape, or only its extent along the axis.
  let target: Target

  enum Target: Sendable { case shape(Shape), size(Int) }

  init(dim: Int, into shape: Shape) {
    self.dim = dim
    target = .shape(shape)
  }

  init(dim: Int, size: Int) {
    self.dim = dim
    target = .size(size)
  }

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try inputs[1].requireIndex(op: Self.name)
    switch target {
    case .shape(let shape): return [TensorSpec(shape, inputs[0].dtype)]
    case .size(let size):
      var shape = inputs[0].shape
      shape[dim] = size
      return [TensorSpec(shape, inputs[0].dtype)]
    }
  }

  func cpu(_ call: KernelCall) throws {
    let (index, output) = (call.inputs[1], call.outputs[0])
    let indices = try IndexBuffer(
      index, limit: output.shape[dim], op: Self.name, axis: dim, shape: output.shape)
    try call.scatterAdd(Self.name, axis: dim, indices, Layout(rowMajor: index.shape))
  }
}
