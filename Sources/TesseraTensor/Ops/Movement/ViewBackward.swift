/// The gradient of a view of part of a tensor: zeros, with the part's gradient in its place.
///
/// - Shape: that of the viewed tensor.
/// - Memory: keeps nothing.
struct ViewBackward: Op {
  static let name = "view_backward"
  static let summary = "Zeros with the gradient of a part in its place."
  /// The view whose gradient arrives.
  let viewOp: any ViewOp
  /// The viewed tensor.
  let target: TensorSpec

  init(of viewOp: any ViewOp, input: TensorSpec) {
    self.viewOp = viewOp
    target = TensorSpec(layout: input.layout.dense(for: input.shape), dtype: input.dtype)
  }

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { [target] }

  func cpu(_ call: KernelCall) throws {
    let (gradient, output) = (call.inputs[0], call.outputs[0])
    try call.fill(Self.name, 0, output, output.layout)
    let part = try viewOp.view(of: output.layout)
    try call.copy(Self.name, gradient, gradient.layout, to: output, part)
  }
}
