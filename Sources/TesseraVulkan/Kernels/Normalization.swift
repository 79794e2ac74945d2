import TesseraTensor

extension VulkanBackend {
  /// Softmax, its logarithm, or the gradient of either.
  func softmax(_ rows: DeviceRows, mode: Int, x: TensorView, y: TensorView, dy: TensorView?) throws {
    let type = try mapType([x, y, dy])
    var arguments = KernelArguments()
    arguments.read(try operand(x))
    arguments.write(try operand(y))
    arguments.read(try dy.map(operand))
    try arguments.append(rows.outer, rows.count, rows.inner)
    let split = RowSplit(count: rows.count, inner: rows.inner, on: self)
    try dispatch(
      .softmax, bySubgroups: split.isSubgroup, [split.rows, mode, type],
      groups: split.groups(results: rows.outer * rows.inner), arguments)
  }

  /// Layer norm; inputs are x and, where given, weight and bias, outputs y, mean and rstd.
  func layerNorm(_ epsilon: Double, _ inputs: [TensorView], _ outputs: [TensorView]) throws {
    let type = try mapType([inputs[0], outputs[0]])
    var arguments = KernelArguments()
    arguments.read(try operand(inputs[0]))
    for index in 1..<3 { arguments.read(try parameter(inputs.count > index ? inputs[index] : nil)) }
    for output in outputs { arguments.write(try operand(output)) }
    arguments.read(nil)
    try layerNorm(&arguments, type, rows: outputs[1].count, width: inputs[0].width, epsilon)
  }

  /// The gradient for the input, from x, mean, rstd, dy and, where given, the weight.
  func layerNormBackward(_ inputs: [TensorView], _ dx: TensorView) throws {
    let type = try mapType([inputs[0], inputs[3], dx])
    var arguments = KernelArguments()
    arguments.read(try operand(inputs[0]))
    arguments.read(try parameter(inputs.count > 4 ? inputs[4] : nil))
    arguments.read(nil)
    arguments.write(try operand(dx))
    for index in 1...3 { arguments.read(try operand(inputs[index])) }
    try layerNorm(&arguments, type, rows: inputs[1].count, width: dx.width, 0, isBackward: true)
  }

  private func layerNorm(
    _ arguments: inout KernelArguments, _ type: Int, rows: Int, width: Int, _ epsilon: Double,
    isBackward: Bool = false
  ) throws {
    try arguments.append(rows, width)
    arguments.append(epsilon)
    let split = RowSplit(count: width, inner: 1, on: self)
    try dispatch(
      .layerNorm, bySubgroups: split.isSubgroup, [split.rows, isBackward ? 1 : 0, type],
      groups: split.groups(results: rows), arguments)
  }

  /// The gradients of weight and bias, from x, mean, rstd and dy.
  func layerNormParameters(_ inputs: [TensorView], _ outputs: [TensorView]) throws {
    let width = outputs[0].count
    let rows = DeviceRows(outer: 1, count: inputs[1].count, inner: width)
    let sums = try severalSums(
      .parameters, rows, inputs[0], SumOperands(mean: inputs[1], rstd: inputs[2], dy: inputs[3]))
    try split(sums, first: outputs[1], second: outputs[0])
  }

  /// Instance norm with a leaky slope; inputs as for layer norm, outputs y, mean and rstd.
  func instanceNorm(
    epsilon: Double, slope: Double, _ inputs: [TensorView], _ outputs: [TensorView]
  ) throws {
    try instanceStatistics(epsilon, inputs[0], Array(outputs.dropFirst()))
    var arguments = KernelArguments()
    arguments.read(try operand(inputs[0]))
    for index in 1..<3 { arguments.read(try parameter(inputs.count > index ? inputs[index] : nil)) }
    arguments.write(try operand(outputs[0]))
    for output in outputs.dropFirst() { arguments.read(try operand(output)) }
    for _ in 0..<2 { arguments.read(nil) }
    try instanceNorm(
      1, try mapType([inputs[0], outputs[0]]), DeviceRows(volume: inputs[0].shape), 0, slope, &arguments)
  }

  /// Mean and 1/deviation of every channel of every image.
  func instanceStatistics(_ epsilon: Double, _ x: TensorView, _ outputs: [TensorView]) throws {
    try requireFloat32(outputs)
    let volume = DeviceRows(volume: x.shape)
    let sums = try severalSums(.moments, volume, x, SumOperands())
    var arguments = KernelArguments()
    arguments.read(try operand(x))
    for _ in 0..<3 { arguments.read(nil) }
    for output in outputs { arguments.write(try operand(output)) }
    arguments.read(nil)
    arguments.read(try operand(sums))
    try instanceNorm(0, try mapType([x]), volume, epsilon, 1, &arguments)
  }

  /// The gradients for input, weight and bias, from x, mean, rstd, dy and, where given, weight and bias.
  func instanceNormBackward(slope: Double, _ inputs: [TensorView], _ outputs: [TensorView]) throws {
    let volume = DeviceRows(volume: inputs[0].shape)
    let weight = try parameter(inputs.count > 4 ? inputs[4] : nil)
    let bias = try parameter(inputs.count > 5 ? inputs[5] : nil)
    let sums = try severalSums(
      .gradient, volume, inputs[0],
      SumOperands(mean: inputs[1], rstd: inputs[2], weight: weight, bias: bias, dy: inputs[3], slope: slope))
    var arguments = KernelArguments()
    arguments.read(try operand(inputs[0]))
    arguments.read(weight)
    arguments.read(bias)
    arguments.write(try operand(outputs[0]))
    for index in 1...3 { arguments.read(try operand(inputs[index])) }
    arguments.read(try operand(sums))
    try instanceNorm(2, try mapType([inputs[0], inputs[3], outputs[0]]), volume, 0, slope, &arguments)
    let totals = try scratch(Layout(rowMajor: [2, volume.inner]), .float32)
    let images = DeviceRows(outer: 1, count: volume.outer, inner: 2 * volume.inner)
    try sum(images, sums, totals, divisor: 1)
    try split(totals, first: outputs[2], second: outputs[1])
  }

  private func instanceNorm(
    _ mode: Int, _ type: Int, _ volume: DeviceRows, _ epsilon: Double, _ slope: Double,
    _ arguments: inout KernelArguments
  ) throws {
    try arguments.append(volume.outer, volume.count, volume.inner)
    arguments.append(epsilon, slope)
    let count = volume.outer * volume.inner * (mode == 0 ? 1 : volume.count)
    guard count <= Int(Int32.max) else { throw DeviceRefusal() }
    try dispatch(.instanceNorm, [mode, type], groups: groups(of: count), arguments)
  }

  /// The halves of `[2, n]`, copied to two tensors.
  private func split(_ sums: TensorView, first: TensorView, second: TensorView) throws {
    let flat = Layout(rowMajor: [first.count])
    for (index, output) in [first, second].enumerated() {
      let half = TensorView(
        pointer: sums.pointer + index * flat.count * sums.dtype.byteCount, layout: flat, dtype: sums.dtype)
      try elementwise(.copy, output: output.with(flat), inputs: [half])
    }
  }
}

extension DeviceRows {
  /// Images, positions and channels of a channels-last volume.
  init(volume shape: Shape) {
    self.init(outer: shape[0], count: shape.extents.dropFirst(2).reduce(1, *), inner: shape[1])
  }
}

extension TensorView {
  /// The extent of the last axis.
  fileprivate var width: Int { shape.extents.last ?? 1 }
}
