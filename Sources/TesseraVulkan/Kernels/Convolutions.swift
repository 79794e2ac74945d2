import CKernels
import TesseraTensor

extension VulkanBackend {
  /// A convolution, or its gradient for the input, which is also a transposed convolution.
  func convolution(
    _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass, _ inputs: [TensorView],
    _ output: TensorView
  ) throws {
    try output.requireFloat32()
    guard max(inputs[0].count, inputs[1].count, output.count) <= Int(Int32.max) else { throw DeviceRefusal() }
    let isBackward = pass == TesseraBackwardData
    let (inputChannels, outputChannels) = (Int(problem.inputChannels), Int(problem.outputChannels))
    let (source, target) =
      isBackward ? (outputChannels, inputChannels) : (inputChannels, outputChannels)
    var arguments = KernelArguments()
    arguments.read(try operand(inputs[0]))
    arguments.read(try operand(packed(inputs[1], problem, isBackward: isBackward)))
    arguments.read(try inputs.count > 2 ? operand(inputs[2]) : nil)
    arguments.write(try operand(output))
    let positions = output.count / max(1, target)
    try arguments.append(positions, source, target, 0)
    let (input, result) = (three(problem.input), three(problem.output))
    try append(
      problem, target: isBackward ? input : result, source: isBackward ? result : input, to: &arguments)
    let blocks = ((positions + 7) / 8) * ((target + 7) / 8)
    try dispatch(.convolution, [isBackward ? 1 : 0], groups: (blocks + 63) / 64, arguments)
  }

  /// Weights as [kernel element][source channel][target channel].
  private func packed(
    _ weight: TensorView, _ problem: TesseraConvolution, isBackward: Bool
  ) throws -> TensorView {
    let (inputs, outputs) = (Int(problem.inputChannels), Int(problem.outputChannels))
    let elements = three(problem.kernel).reduce(1, *)
    let (byInput, byOutput) = (elements, inputs * elements)
    let layout =
      isBackward
      ? Layout(shape: [elements, outputs, inputs], strides: [1, byOutput, byInput])
      : Layout(shape: [elements, inputs, outputs], strides: [1, byInput, byOutput])
    let packed = try scratch(Layout(rowMajor: layout.shape), .float32)
    try elementwise(.copy, output: packed, inputs: [weight.with(layout)])
    return packed
  }

  /// The gradient of the weights: partial sums over ranges of positions, then their sum in PyTorch's order.
  func convolutionWeight(
    _ problem: TesseraConvolution, x: TensorView, dy: TensorView, _ output: TensorView
  ) throws {
    try output.requireFloat32()
    guard max(x.count, dy.count) <= Int(Int32.max) else { throw DeviceRefusal() }
    let (inputs, outputs) = (Int(problem.inputChannels), Int(problem.outputChannels))
    let elements = three(problem.kernel).reduce(1, *)
    let positions = dy.count / max(1, outputs)
    let blocks = ((inputs + 7) / 8) * ((outputs + 7) / 8) * elements
    // Enough invocations to fill a device, with at most 64 MiB of partial sums.
    let most = max(1, (16 << 20) / max(1, output.count))
    let wanted = max(1, min(positions / 64, 65536 / max(1, blocks), most))
    let partPositions = max(1, (positions + wanted - 1) / wanted)
    let parts = max(1, (positions + partPositions - 1) / partPositions)
    let partials = try scratch(Layout(rowMajor: [parts, elements, inputs, outputs]), .float32)
    var arguments = KernelArguments()
    arguments.read(try operand(x))
    arguments.read(try operand(dy))
    arguments.write(try operand(partials))
    try arguments.append(positions, inputs, outputs, parts, partPositions, 0)
    try append(problem, target: three(problem.output), source: three(problem.input), to: &arguments)
    try dispatch(.convolutionWeight, groups: (blocks * parts + 63) / 64, arguments)
    var sums = partials
    if parts > 1 {
      sums = try scratch(Layout(rowMajor: [elements, inputs, outputs]), .float32)
      try sum(DeviceRows(outer: 1, count: parts, inner: output.count), partials, sums, divisor: 1)
    }
    let order = Layout(
      shape: [outputs, inputs, elements], strides: [1, outputs, inputs * outputs])
    try elementwise(
      .copy, output: output.with(Layout(rowMajor: order.shape)), inputs: [sums.with(order)])
  }

  private func append(
    _ problem: TesseraConvolution, target: [Int], source: [Int], to arguments: inout KernelArguments
  ) throws {
    for values in [target, source, three(problem.kernel), three(problem.stride), three(problem.padding)] {
      try arguments.append(values, count: 3)
    }
  }
}

/// A C array of three as a Swift one.
func three(_ values: (Int64, Int64, Int64)) -> [Int] { [Int(values.0), Int(values.1), Int(values.2)] }
