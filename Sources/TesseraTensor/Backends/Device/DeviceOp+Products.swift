import CKernels

// Ops whose CPU kernels are calls into C: here they name the same problem to a device.

extension MatMul: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    guard call.outputs[0].count > 0 else { return }
    let (a, b, c) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let (left, right) = (self.left(a.layout), self.right(b.layout))
    let rows = left.shape[left.rank - 2]
    let columns = right.shape[right.rank - 1]
    let batch = try Shape.broadcast(
      Shape(Array(left.shape.extents.dropLast(2))), Shape(Array(right.shape.extents.dropLast(2))),
      op: Self.name)
    try device.issue(
      .product(
        a: a.with(left), b: b.with(right), bias: nil,
        output: c.with(Layout(rowMajor: Shape(batch.extents + [rows, columns])))))
  }
}

extension Linear: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, weight, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    try device.issue(
      .product(
        a: x.asRows(), b: weight.with(weight.layout.permuted(to: [1, 0])), bias: call.input(2),
        output: y.asRows()))
  }
}

extension LinearInput: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .product(
        a: call.inputs[0].asRows(), b: call.inputs[1], bias: nil, output: call.outputs[0].asRows()))
  }
}

extension RowsProduct: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let rows = call.inputs[0].asRows()
    try device.issue(
      .product(
        a: rows.with(rows.layout.permuted(to: [1, 0])), b: call.inputs[1].asRows(), bias: nil,
        output: call.outputs[0]))
  }
}

extension ChannelSum: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let channels = call.outputs[0].count
    let rows = DeviceRows(outer: 1, count: call.inputs[0].count / max(1, channels), inner: channels)
    try device.issue(.sum(rows, input: call.inputs[0], output: call.outputs[0], divisor: 1))
  }
}

extension TensorView {
  /// The same memory as a matrix: all axes but the last are rows.
  fileprivate func asRows() -> TensorView {
    let columns = shape.extents.last ?? 1
    return with(Layout(rowMajor: [count / max(1, columns), columns]))
  }
}
