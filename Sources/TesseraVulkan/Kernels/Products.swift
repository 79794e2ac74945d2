import TesseraTensor

extension VulkanBackend {
  /// A batch of matrix products, each operand in its own type: the device's own where it has such for 16 bits.
  func product(_ a: TensorView, _ b: TensorView, bias: TensorView?, _ output: TensorView) throws {
    let fragments = a.dtype == b.dtype ? try matrixShape(for: a.dtype) : nil
    try product(a, b, bias: bias, output, by: fragments)
  }

  /// Products by fragments of a shape, or by the plain shader; a deep product of few elements is made in parts that are
  /// then added.
  func product(
    _ a: TensorView, _ b: TensorView, bias: TensorView?, _ output: TensorView, by fragments: MatrixShape?
  ) throws {
    let shape = output.shape
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let depth = a.shape[a.shape.rank - 1]
    let batch = Layout(rowMajor: Shape(Array(shape.extents.dropLast(2))))
    let nest = LoopNest([batch, a.layout.batch(of: batch.shape), b.layout.batch(of: batch.shape)])
    guard output.count > 0, max(a.count, b.count, output.count, nest.reach) <= Int(Int32.max) else {
      if output.count == 0 { return }
      throw DeviceRefusal()
    }
    let tiles = ((rows + 63) / 64) * ((columns + 63) / 64) * batch.count
    let parts = max(1, min(depth / 128, 512 / tiles), depth / Self.longestLoop)
    let partDepth = max(1, (depth + parts - 1) / parts)
    let target =
      parts == 1
      ? output : try scratch(Layout(rowMajor: [parts, batch.count, rows, columns]), .float32)
    let types = try [a, b, target].map { try mapType([$0]) }
    var arguments = KernelArguments()
    arguments.read(try operand(a))
    arguments.read(try operand(b))
    arguments.read(try parameter(bias))
    arguments.write(try operand(target))
    try arguments.append(rows, columns, depth, parts, partDepth, batch.count, nest.extents.count)
    try arguments.append(a.layout.strides[a.layout.rank - 2], a.layout.strides[a.layout.rank - 1])
    try arguments.append(b.layout.strides[b.layout.rank - 2], b.layout.strides[b.layout.rank - 1])
    try arguments.append(nest.extents, count: 8)
    try arguments.append(nest.strides[1], count: 8)
    try arguments.append(nest.strides[2], count: 8)
    if let fragments {
      try dispatch(
        a.dtype == .float16 ? .productFloat16 : .productBFloat16,
        fragments.constants(after: types, subgroupSize: device.subgroupSize), groups: tiles * parts, arguments
      )
    } else {
      try dispatch(.product, types, groups: tiles * parts, arguments)
    }
    if parts > 1 {
      let rest = DeviceRows(outer: 1, count: parts, inner: batch.count * rows * columns)
      try sum(rest, target, output, divisor: 1)
    }
  }
}

extension Layout {
  /// All axes but the last two, stretched to `shape`.
  fileprivate func batch(of shape: Shape) -> Layout {
    Layout(shape: Shape(Array(self.shape.extents.dropLast(2))), strides: Array(strides.dropLast(2)))
      .expanded(to: shape)
  }
}
