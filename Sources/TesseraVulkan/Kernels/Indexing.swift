import TesseraTensor

extension VulkanBackend {
  /// Elements picked along an axis; the index has the output's shape.
  func gather(axis: Int, _ source: TensorView, _ index: TensorView, _ output: TensorView) throws {
    var still = Layout(shape: output.shape, strides: source.layout.strides)
    still.strides[axis] = 0
    let (step, extent) = (source.layout.strides[axis], source.shape[axis])
    guard source.count <= Int(Int32.max) else { throw DeviceRefusal() }
    let bits = UInt64(bitPattern: Int64(step) << 32 | Int64(extent))
    try loop(
      .gather, [output.dtype.byteCount], output, [index.with(index.layout), source.with(still)], bits: bits)
  }

  /// Zeros, to which the source is added along an axis; the index has the source's shape.
  func scatterAdd(axis: Int, _ source: TensorView, _ index: TensorView, _ output: TensorView) throws {
    let type = try mapType([source, output])
    guard output.count > 0 else { return }
    guard max(output.count, source.count) <= Int(Int32.max) else { throw DeviceRefusal() }
    let others = (0..<output.shape.rank).filter { $0 != axis }
    var arguments = KernelArguments()
    arguments.write(try operand(output))
    arguments.read(try operand(source))
    arguments.read(try operand(index))
    let count = source.shape[axis]
    try arguments.append(output.count, output.shape[axis], count, others.count)
    try arguments.append(
      output.layout.strides[axis], source.layout.strides[axis], index.layout.strides[axis], 0)
    try arguments.append(others.map { output.shape[$0] }, count: 8)
    try arguments.append(others.map { source.shape[$0] }, count: 8)
    for view in [output, source, index] {
      try arguments.append(others.map { view.layout.strides[$0] }, count: 8)
    }
    let split = RowSplit(count: count, inner: 1, on: self)
    try dispatch(
      .scatterAdd, bySubgroups: split.isSubgroup, [split.rows, type],
      groups: split.groups(results: output.count), arguments)
  }
}
