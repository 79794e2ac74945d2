import TesseraTensor

/// One dispatch of `projection.comp`.
private struct ProjectionRun {
  /// The most outputs of which an invocation holds the sums in registers.
  static let mostOutputs = 64

  let mode: Int
  let type: Int
  let volume: DeviceRows
  let outputs: Int
  let slope: Double
  /// How positions are cut for sums.
  var cut = PositionParts(count: 1, length: 0)

  var items: Int { volume.outer * (mode == 0 ? 1 : volume.inner) * (mode == 1 ? cut.count : volume.count) }
}

/// Positions in parts whose sums are made apart; by shape only, so that results are repeatable.
private struct PositionParts {
  let count: Int
  /// Positions of a part; the last one may have fewer.
  let length: Int

  init(count: Int, length: Int) { (self.count, self.length) = (count, length) }

  /// Enough invocations to fill a device, of at least 64 positions each.
  init(_ volume: DeviceRows) {
    let filling = min(volume.count / 64, 65536 / max(1, volume.outer * volume.inner))
    let needed = (volume.count + VulkanBackend.longestLoop - 1) / VulkanBackend.longestLoop
    let wanted = max(1, filling, needed)
    length = max(1, (volume.count + wanted - 1) / wanted)
    count = max(1, (volume.count + length - 1) / length)
  }
}

extension VulkanBackend {
  /// A pointwise convolution of two branches' end, which is not stored.
  func projection(
    slope: Double, _ branches: [DeviceBranch], weight: TensorView, bias: TensorView?, _ output: TensorView
  ) throws {
    let run = ProjectionRun(
      mode: 0, type: try mapType(branches.map(\.x) + [output]),
      volume: DeviceRows(volume: branches[0].x.shape),
      outputs: weight.shape[0], slope: slope)
    var arguments = KernelArguments()
    try read(branches, &arguments)
    for view in [weight, bias] { arguments.read(try parameter(view)) }
    for _ in 0..<2 { arguments.read(nil) }
    arguments.write(try operand(output))
    arguments.write(nil)
    try dispatch(run, &arguments)
  }

  /// The gradients of both branches, which may lie over them, and of weight and bias.
  func projectionBackward(
    slope: Double, _ branches: [DeviceBranch], weight: TensorView, dy: TensorView, _ outputs: [TensorView]
  ) throws {
    let (volume, width) = (DeviceRows(volume: branches[0].x.shape), weight.shape[0])
    let cut = PositionParts(volume)
    let type = try mapType(branches.map(\.x) + outputs.prefix(2) + [dy])
    let norms = try scratch(Layout(rowMajor: [volume.outer, cut.count, 3, volume.inner]), .float32)
    let weights = try scratch(Layout(rowMajor: [volume.outer, cut.count, width, volume.inner]), .float32)
    let means = try scratch(Layout(rowMajor: [volume.outer, 3, volume.inner]), .float32)
    let factors = try parameter(weight)
    func pass(_ mode: Int, sums: TensorView?, targets: [TensorView]) throws {
      var arguments = KernelArguments()
      try read(branches, &arguments)
      arguments.read(factors)
      arguments.read(nil)
      arguments.read(try operand(dy))
      arguments.read(try sums.map(operand))
      for target in targets { arguments.write(try operand(target)) }
      let run = ProjectionRun(
        mode: mode, type: type, volume: volume, outputs: width, slope: slope, cut: cut)
      try dispatch(run, &arguments)
    }
    try pass(1, sums: nil, targets: [norms, weights])
    let images = DeviceRows(outer: volume.outer, count: cut.count, inner: 3 * volume.inner)
    try sum(images, norms, means, divisor: 1)
    let parts = DeviceRows(outer: 1, count: volume.outer * cut.count, inner: width * volume.inner)
    try sum(parts, weights, outputs[2], divisor: 1)
    let places = DeviceRows(outer: 1, count: volume.outer * volume.count, inner: width)
    try sum(places, dy, outputs[3], divisor: 1)
    try pass(2, sums: means, targets: Array(outputs.prefix(2)))
  }

  private func dispatch(_ run: ProjectionRun, _ arguments: inout KernelArguments) throws {
    let volume = run.volume
    let largest = volume.outer * volume.count * max(volume.inner, run.outputs)
    guard run.outputs <= ProjectionRun.mostOutputs, volume.inner <= Self.longestLoop,
      largest <= Int(Int32.max)
    else { throw DeviceRefusal() }
    try arguments.append(volume.outer, volume.count, volume.inner, run.cut.count, run.cut.length)
    arguments.append(run.slope)
    try dispatch(
      .projection, [run.mode, run.type, run.outputs], groups: groups(of: run.items), arguments)
  }
}
