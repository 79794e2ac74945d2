/// Indices counted from the front, whatever end they counted from.
///
/// - Shape: the input's; int64.
/// - Memory: keeps nothing.
struct WrapIndex: Op {
  static let name = "index"
  static let summary = "Indices counted from the front."
  /// The indexed axis, for errors.
  let axis: Int
  /// The shape of the indexed tensor.
  let shape: Shape

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try inputs[0].requireIndex(op: Self.name)
    return [TensorSpec(inputs[0].shape, .int64)]
  }

  func cpu(_ call: KernelCall) throws {
    let indices = try IndexBuffer(
      call.inputs[0], limit: shape[axis], op: Self.name, axis: axis, shape: shape)
    call.outputs[0].elements(Int64.self).update(from: indices.values, count: indices.count)
  }

  var isDifferentiable: Bool { false }
}
