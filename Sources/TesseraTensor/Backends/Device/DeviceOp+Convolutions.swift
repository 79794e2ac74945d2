import CKernels

// Convolutions and what is applied while they read, named to a device.

extension Convolution: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, weight, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let problem = try problem(input: x.shape, output: y.shape, weight: weight.shape)
    try device.issue(
      .convolution(
        problem, TesseraForward, .plain(x), weight: weight, bias: call.input(2), adds: false, output: y))
  }
}

extension ConvolutionTranspose: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, weight, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let problem = try problem(input: y.shape, output: x.shape, weight: weight.shape)
    try device.issue(
      .convolution(
        problem, TesseraBackwardData, .plain(x), weight: weight, bias: call.input(2), adds: adds, output: y))
  }
}

extension ConvolutionWeight: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, dy) = (call.inputs[0], call.inputs[1])
    let problem = try problem(input: x.shape, output: dy.shape)
    let map: DeviceMap =
      call.inputs.count > 2
      ? .normalized(x, mean: call.inputs[2], inverseDeviation: call.inputs[3], slope: slope) : .plain(x)
    try device.issue(.convolutionWeight(problem, x: map, dy: dy, output: call.outputs[0]))
  }
}

extension NormalizedConvolution: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, weight, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let statistics = Array(call.outputs.dropFirst())
    try device.issue(.instanceStatistics(epsilon: epsilon, x: x, outputs: statistics))
    let problem = try Convolution(geometry).problem(input: x.shape, output: y.shape, weight: weight.shape)
    let map = DeviceMap.normalized(x, mean: statistics[0], inverseDeviation: statistics[1], slope: slope)
    try device.issue(
      .convolution(problem, TesseraForward, map, weight: weight, bias: nil, adds: false, output: y))
  }
}

extension JoinedConvolution: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let map = DeviceMap.joined(call.inputs[0], call.inputs[1])
    for (weight, y) in zip(call.inputs.dropFirst(2), call.outputs) {
      let problem = try problem(call.inputs[0].shape, call.inputs[1].shape, output: y.shape, weight.shape)
      try device.issue(
        .convolution(problem, TesseraForward, map, weight: weight, bias: nil, adds: false, output: y))
    }
  }
}

extension ResidualNorm: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .residualNorm(slope: slope, measuredBranches(call, on: device), output: call.outputs[0]))
  }

  /// The call's branches, whose statistics are computed into the outputs behind the first.
  func measuredBranches(_ call: KernelCall, on device: any KernelDevice) throws -> [DeviceBranch] {
    let branches = call.inputs.prefix(2).enumerated().map { index, x in
      index == 0 || normalizesShortcut
        ? DeviceBranch(x: x, mean: call.outputs[1 + 2 * index], inverseDeviation: call.outputs[2 + 2 * index])
        : DeviceBranch(x: x, mean: nil, inverseDeviation: nil)
    }
    for branch in branches {
      let statistics = [branch.mean, branch.inverseDeviation].compactMap { $0 }
      if statistics.isEmpty { continue }
      try device.issue(.instanceStatistics(epsilon: epsilon, x: branch.x, outputs: statistics))
    }
    return branches
  }
}

extension ResidualNormBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .residualNormBackward(
        slope: slope, call.deviceBranches(statisticsFrom: 3), dy: call.inputs[2], outputs: call.outputs))
  }
}

extension ProjectedResidualNorm: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .projection(
        slope: norm.slope, norm.measuredBranches(call, on: device), weight: call.inputs[2],
        bias: call.input(3), output: call.outputs[0]))
  }
}

extension ProjectedResidualNormBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .projectionBackward(
        slope: slope, call.deviceBranches(statisticsFrom: 4), weight: call.inputs[3], dy: call.inputs[2],
        outputs: call.outputs))
  }
}

extension KernelCall {
  /// The branches that a backward kernel reads, their statistics from input `first` on.
  fileprivate func deviceBranches(statisticsFrom first: Int) -> [DeviceBranch] {
    (0..<2).map { index in
      DeviceBranch(
        x: inputs[index], mean: input(first + 2 * index), inverseDeviation: input(first + 1 + 2 * index))
    }
  }
}
