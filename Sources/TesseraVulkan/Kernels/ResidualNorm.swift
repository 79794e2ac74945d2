import TesseraTensor

extension VulkanBackend {
  /// The sum of two branches behind their norms, and a leaky ReLU.
  func residualNorm(slope: Double, _ branches: [DeviceBranch], _ output: TensorView) throws {
    let type = try mapType(branches.map(\.x) + [output])
    var arguments = KernelArguments()
    try read(branches, &arguments)
    for _ in 0..<2 { arguments.read(nil) }
    arguments.write(try operand(output))
    arguments.write(nil)
    try residualNorm(false, type, DeviceRows(volume: output.shape), slope, &arguments)
  }

  /// The gradients of both branches, which may lie over them.
  func residualNormBackward(
    slope: Double, _ branches: [DeviceBranch], dy: TensorView, _ outputs: [TensorView]
  ) throws {
    let type = try mapType(branches.map(\.x) + outputs + [dy])
    let volume = DeviceRows(volume: dy.shape)
    let (first, second) = (branches[0], branches[1])
    let operands = SumOperands(
      mean: first.mean, rstd: first.inverseDeviation, dy: dy, second: second.x, secondMean: second.mean,
      secondRstd: second.inverseDeviation, slope: slope)
    let sums = try severalSums(.residual, volume, first.x, operands)
    var arguments = KernelArguments()
    try read(branches, &arguments)
    arguments.read(try operand(dy))
    arguments.read(try operand(sums))
    for output in outputs { arguments.write(try operand(output)) }
    try residualNorm(true, type, volume, slope, &arguments)
  }

  /// Appends both branches with their statistics.
  func read(_ branches: [DeviceBranch], _ arguments: inout KernelArguments) throws {
    for branch in branches {
      arguments.read(try operand(branch.x))
      arguments.read(try branch.mean.map(operand))
      arguments.read(try branch.inverseDeviation.map(operand))
    }
  }

  private func residualNorm(
    _ isBackward: Bool, _ type: Int, _ volume: DeviceRows, _ slope: Double,
    _ arguments: inout KernelArguments
  ) throws {
    try arguments.append(volume.outer, volume.count, volume.inner)
    arguments.append(slope)
    let count = volume.outer * volume.inner * volume.count
    guard count <= Int(Int32.max) else { throw DeviceRefusal() }
    try dispatch(.residualNorm, [isBackward ? 1 : 0, type], groups: groups(of: count), arguments)
  }
}
