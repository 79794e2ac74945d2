import CKernels

// Normalization, softmax, attention, resampling, indexing and the optimizer, named to a device.

extension Softmax: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try call.issueSoftmax(axis: axis, logarithm: false, device)
  }
}

extension LogSoftmax: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try call.issueSoftmax(axis: axis, logarithm: true, device)
  }
}

extension SoftmaxBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let dx = call.outputs[0]
    let rows = DeviceRows(AxisSplit(dx.layout, axis: try dx.shape.axis(axis, op: Self.name)))
    try device.issue(
      .softmaxBackward(
        rows, logarithm: logarithm, y: call.aligned(0, device), dy: call.aligned(1, device), dx: dx))
  }
}

extension KernelCall {
  fileprivate func issueSoftmax(axis: Int, logarithm: Bool, _ device: any KernelDevice) throws {
    let y = outputs[0]
    let rows = DeviceRows(AxisSplit(y.layout, axis: try y.shape.axis(axis, op: Softmax.name)))
    try device.issue(.softmax(rows, logarithm: logarithm, x: aligned(0, device), y: y))
  }

  /// An input in the output's memory order, copied where it lies otherwise.
  fileprivate func aligned(_ index: Int, _ device: any KernelDevice) throws -> TensorView {
    let (source, target) = (inputs[index], outputs[0])
    if source.layout.strides == target.layout.strides { return source }
    let copy = try device.scratch(target.layout.atOrigin, target.dtype)
    try device.issue(.elementwise(.copy, output: copy, inputs: [source]))
    return copy
  }
}

extension DeviceRows {
  init(_ split: AxisSplit) { self.init(outer: split.outer, count: split.count, inner: split.inner) }
}

extension LayerNorm: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(.layerNorm(epsilon: epsilon, inputs: call.inputs, outputs: call.outputs))
  }
}

extension LayerNormBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(.layerNormBackward(inputs: call.inputs, dx: call.outputs[0]))
  }
}

extension LayerNormParameters: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(.layerNormParameters(inputs: call.inputs, outputs: call.outputs))
  }
}

extension InstanceNorm: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .instanceNorm(epsilon: epsilon, slope: slope, inputs: call.inputs, outputs: call.outputs))
  }
}

extension InstanceNormBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(.instanceNormBackward(slope: slope, inputs: call.inputs, outputs: call.outputs))
  }
}

extension Interpolate: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, y) = (call.inputs[0], call.outputs[0])
    try device.issue(.resize(problem(input: x.layout, output: y.layout), x: x, y: y))
  }
}

extension InterpolateBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (dy, dx) = (call.inputs[0], call.outputs[0])
    try device.issue(.resizeBackward(forward.problem(input: dx.layout, output: dy.layout), dy: dy, dx: dx))
  }
}

extension WindowAttention: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try device.issue(
      .windowAttention(try problem(call.inputs[0].shape), inputs: call.inputs, outputs: call.outputs))
  }
}

extension WindowAttentionBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let problem = try forward.problem(call.inputs[0].shape)
    try device.issue(.windowAttentionBackward(problem, inputs: call.inputs, outputs: call.outputs))
  }
}

extension DiceSums: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, target) = (call.inputs[0], call.inputs[1])
    try device.issue(.diceSums(problem(x: x, target: target), x: x, target: target, outputs: call.outputs))
  }
}

extension DiceSumsBackward: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (x, target) = (call.inputs[0], call.inputs[1])
    try device.issue(
      .diceBackward(
        forward.problem(x: x, target: target), x: x, target: target,
        gradients: Array(call.inputs.dropFirst(2)), dx: call.outputs[0]))
  }
}

extension AdamWStep: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    try call.checkOptimizerStep(Self.name)
    let rule = TesseraAdamW(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      step: Int64(step))
    try device.issue(
      .adamW(
        rule, gradient: call.inputs[0], parameter: call.outputs[0], moments: Array(call.outputs.dropFirst())))
  }
}

extension Gather: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (input, index) = (call.inputs[0], call.inputs[1])
    let axis = try input.shape.axis(dim, op: Self.name)
    try device.checkIndices(input: 1, op: Self.name, axis: axis, shape: input.shape)
    try device.issue(.gather(axis: axis, source: input, index: index, output: call.outputs[0]))
  }
}

extension IndexSelect: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (input, output) = (call.inputs[0], call.outputs[0])
    let axis = try input.shape.axis(dim, op: Self.name)
    try device.checkIndices(input: 1, op: Self.name, axis: axis, shape: input.shape)
    let index = call.inputs[1].alongOnly(axis, of: output.shape)
    try device.issue(.gather(axis: axis, source: input, index: index, output: output))
  }
}

extension IndexAdd: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (source, output) = (call.inputs[0], call.outputs[0])
    try device.checkIndices(input: 1, op: Self.name, axis: dim, shape: output.shape)
    let index = call.inputs[1].alongOnly(dim, of: source.shape)
    try device.issue(.scatterAdd(axis: dim, source: source, index: index, output: output))
  }
}

extension ScatterAdd: DeviceOp {
  func issue(_ call: KernelCall, to device: any KernelDevice) throws {
    let (source, index, output) = (call.inputs[0], call.inputs[1], call.outputs[0])
    try device.checkIndices(input: 1, op: Self.name, axis: dim, shape: output.shape)
    // The index may be smaller than the source; only its part is added.
    let part = source.with(
      Layout(shape: index.shape, strides: source.layout.strides, offset: source.layout.offset))
    try device.issue(.scatterAdd(axis: dim, source: part, index: index, output: output))
  }
}

extension TensorView {
  /// A list of indices as a tensor of `shape` that changes along one axis.
  fileprivate func alongOnly(_ axis: Int, of shape: Shape) -> TensorView {
    let step = layout.strides.first ?? 0
    return with(Layout(shape: shape, strides: (0..<shape.rank).map { $0 == axis ? step : 0 }))
  }
}

extension KernelDevice {
  fileprivate func checkIndices(input: Int, op: String, axis: Int, shape: Shape) throws {
    guard let wrong = try wrongIndex(inInput: input, limit: shape[axis]) else { return }
    throw TensorError.indexOutOfRange(op: op, index: wrong, axis: axis, shape: shape)
  }
}
