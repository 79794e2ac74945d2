import CKernels
import TesseraTensor

extension DeviceMap {
  /// The number under which shaders read it, its one or two tensors, statistics and slope.
  fileprivate var reading: (mode: Int, tensors: [TensorView], statistics: [TensorView], slope: Double) {
    switch self {
    case .plain(let x): (0, [x], [], 1)
    case .normalized(let x, let mean, let inverseDeviation, let slope):
      (1, [x], [mean, inverseDeviation], slope)
    case .joined(let first, let second): (2, [first, second], [], 1)
    }
  }
}

extension VulkanBackend {
  /// A convolution, or its gradient for the input, which is also a transposed convolution.
  func convolution(
    _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass, _ map: DeviceMap, weight: TensorView,
    bias: TensorView?, adds: Bool, _ output: TensorView
  ) throws {
    let reading = map.reading
    try requireFloat32(reading.statistics)
    let type = try mapType(reading.tensors + [output])
    let isBackward = pass == TesseraBackwardData
    let (inputChannels, outputChannels) = (Int(problem.inputChannels), Int(problem.outputChannels))
    let (source, target) =
      isBackward ? (outputChannels, inputChannels) : (inputChannels, outputChannels)
    let largest = (reading.tensors + [weight, output]).map(\.count).max() ?? 0
    let turns = three(problem.kernel).reduce(1, *) * source
    guard output.count > 0, largest <= Int(Int32.max), turns <= Self.longestLoop else {
      if output.count == 0 { return }
      throw DeviceRefusal()
    }
    let fragments = try fragments(reading.mode, reading.tensors + [weight], source, target)
    let packed = try packed(
      weight, problem, isBackward: isBackward, fragments == nil ? .float32 : weight.dtype)
    var arguments = KernelArguments()
    for index in 0..<2 {
      arguments.read(try index < reading.tensors.count ? operand(reading.tensors[index]) : nil)
    }
    for index in 0..<2 {
      arguments.read(try index < reading.statistics.count ? operand(reading.statistics[index]) : nil)
    }
    arguments.read(try operand(packed))
    arguments.read(try parameter(bias))
    arguments.write(try operand(output))
    let images = Int(problem.batch)
    let positions = output.count / target / images
    try arguments.append(images, positions, source, reading.tensors[0].shape[1], target)
    arguments.append(reading.slope)
    let (input, result) = (three(problem.input), three(problem.output))
    try append(
      problem, target: isBackward ? input : result, source: isBackward ? result : input, to: &arguments)
    let isStrided = three(problem.stride) != [1, 1, 1]
    let constants = [isBackward ? 1 : 0, reading.mode, adds ? 1 : 0, isStrided ? 1 : 0, type]
    if let fragments {
      try dispatch(
        weight.dtype == .float16 ? .convolutionFloat16 : .convolutionBFloat16,
        fragments.constants(after: constants, subgroupSize: device.subgroupSize),
        groups: images * ((positions + 63) / 64) * ((target + 63) / 64), arguments)
    } else {
      let blocks = images * ((positions + 7) / 8) * ((target + 7) / 8)
      try dispatch(.convolution, constants, groups: (blocks + 63) / 64, arguments)
    }
  }

  /// The shape in which the device multiplies a convolution's matrices by itself; nil for a map behind its norm, which is
  /// float32 where it is read, and for narrow maps, which would leave most of a tile empty.
  private func fragments(
    _ mode: Int, _ operands: [TensorView], _ source: Int, _ target: Int
  ) throws -> MatrixShape? {
    guard mode != 1, min(source, target) >= 16, Set(operands.map(\.dtype)).count == 1 else { return nil }
    return try matrixShape(for: operands[0].dtype)
  }

  /// Weights as [kernel element][source channel][target channel] in a type.
  private func packed(
    _ weight: TensorView, _ problem: TesseraConvolution, isBackward: Bool, _ dtype: DType
  ) throws -> TensorView {
    let (inputs, outputs) = (Int(problem.inputChannels), Int(problem.outputChannels))
    let elements = three(problem.kernel).reduce(1, *)
    let (byInput, byOutput) = (elements, inputs * elements)
    let layout =
      isBackward
      ? Layout(shape: [elements, outputs, inputs], strides: [1, byOutput, byInput])
      : Layout(shape: [elements, inputs, outputs], strides: [1, byInput, byOutput])
    let packed = try scratch(Layout(rowMajor: layout.shape), dtype)
    let function: ElementwiseFunction = weight.dtype == dtype ? .copy : .cast
    try elementwise(function, output: packed, inputs: [weight.with(layout)])
    return packed
  }

  /// The gradient of the weights: partial sums over ranges of positions, then their sum in PyTorch's order.
  func convolutionWeight(
    _ problem: TesseraConvolution, x map: DeviceMap, dy: TensorView, _ output: TensorView
  ) throws {
    let reading = map.reading
    let x = reading.tensors[0]
    try requireFloat32(reading.statistics + [output])
    let type = try mapType([x, dy])
    guard reading.tensors.count == 1, max(x.count, dy.count) <= Int(Int32.max) else { throw DeviceRefusal() }
    let (inputs, outputs) = (Int(problem.inputChannels), Int(problem.outputChannels))
    let elements = three(problem.kernel).reduce(1, *)
    let positions = dy.count / max(1, outputs)
    let blocks = ((inputs + 7) / 8) * ((outputs + 7) / 8) * elements
    // Enough invocations to fill a device, with at most 64 MiB of partial sums.
    let most = max(1, (16 << 20) / max(1, output.count))
    let filling = min(positions / 64, 65536 / max(1, blocks), most)
    let wanted = max(1, filling, positions / Self.longestLoop)
    let partPositions = max(1, (positions + wanted - 1) / wanted)
    let parts = max(1, (positions + partPositions - 1) / partPositions)
    let partials = try scratch(Layout(rowMajor: [parts, elements, inputs, outputs]), .float32)
    var arguments = KernelArguments()
    arguments.read(try operand(x))
    for index in 0..<2 {
      arguments.read(try index < reading.statistics.count ? operand(reading.statistics[index]) : nil)
    }
    arguments.read(try operand(dy))
    arguments.write(try operand(partials))
    let images = Int(problem.batch)
    try arguments.append(images, positions / max(1, images), inputs, outputs, parts, partPositions)
    arguments.append(reading.slope)
    try append(problem, target: three(problem.output), source: three(problem.input), to: &arguments)
    try dispatch(.convolutionWeight, [reading.mode, type], groups: (blocks * parts + 63) / 64, arguments)
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
