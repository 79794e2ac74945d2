import TesseraTensor

extension VulkanBackend {
  /// Runs one kernel of an op.
  package func issue(_ kernel: DeviceKernel) throws {
    switch kernel {
    case .elementwise(let function, let output, let inputs):
      try elementwise(function, output: output, inputs: inputs)
    case .sum(let rows, let input, let output, let divisor):
      try sum(rows, input, output, divisor: divisor)
    case .extremum(let which, let rows, let input, let values, let positions):
      try extremum(which, rows, input, values: values, positions: positions)
    case .truth(let all, let rows, let input, let output):
      try integerSum(rows, input, output, mode: all ? 1 : 2)
    case .gather(let axis, let source, let index, let output):
      try gather(axis: axis, source, index, output)
    case .scatterAdd(let axis, let source, let index, let output):
      try scatterAdd(axis: axis, source, index, output)
    case .draw(let distribution, let stream, let output): try draw(distribution, stream, output)
    case .product(let a, let b, let bias, let output): try product(a, b, bias: bias, output)
    case .convolution(let problem, let pass, let map, let weight, let bias, let adds, let output):
      try convolutionOverMaps(problem, pass, map, weight: weight, bias: bias, adds: adds, output)
    case .convolutionWeight(let problem, let x, let dy, let output):
      try convolutionWeight(problem, x: x, dy: dy, output)
    case .softmax(let rows, let logarithm, let x, let y):
      try softmax(rows, mode: logarithm ? 1 : 0, x: x, y: y, dy: nil)
    case .softmaxBackward(let rows, let logarithm, let y, let dy, let dx):
      try softmax(rows, mode: logarithm ? 3 : 2, x: y, y: dx, dy: dy)
    case .layerNorm(let epsilon, let inputs, let outputs): try layerNorm(epsilon, inputs, outputs)
    case .layerNormBackward(let inputs, let dx): try layerNormBackward(inputs, dx)
    case .layerNormParameters(let inputs, let outputs): try layerNormParameters(inputs, outputs)
    case .instanceNorm(let epsilon, let slope, let inputs, let outputs):
      try instanceNorm(epsilon: epsilon, slope: slope, inputs, outputs)
    case .instanceNormBackward(let slope, let inputs, let outputs):
      try instanceNormBackward(slope: slope, inputs, outputs)
    case .instanceStatistics(let epsilon, let x, let outputs): try instanceStatistics(epsilon, x, outputs)
    case .residualNorm(let slope, let branches, let output): try residualNorm(slope: slope, branches, output)
    case .residualNormBackward(let slope, let branches, let dy, let outputs):
      try residualNormBackward(slope: slope, branches, dy: dy, outputs)
    case .projection(let slope, let branches, let weight, let bias, let output):
      try projection(slope: slope, branches, weight: weight, bias: bias, output)
    case .projectionBackward(let slope, let branches, let weight, let dy, let outputs):
      try projectionBackward(slope: slope, branches, weight: weight, dy: dy, outputs)
    case .diceSums(let dice, let x, let target, let outputs):
      try diceSums(dice, x: x, target: target, outputs)
    case .diceBackward(let dice, let x, let target, let gradients, let dx):
      try diceBackward(dice, x: x, target: target, gradients: gradients, dx)
    case .resize(let problem, let x, let y): try resize(problem, from: x, to: y, isBackward: false)
    case .resizeBackward(let problem, let dy, let dx):
      try resize(problem, from: dy, to: dx, isBackward: true)
    case .adamW(let rule, let gradient, let parameter, let moments):
      try adamW(rule, gradient, parameter, moments)
    case .windowAttention(let problem, let inputs, let outputs):
      try windowAttention(problem, inputs, outputs)
    case .windowAttentionBackward(let problem, let inputs, let outputs):
      try windowAttentionBackward(problem, inputs, outputs)
    case .windowMask(let windows, let output): try windowMask(windows, output)
    }
  }
}

extension DType {
  /// The type's number in `types.glsl`; float64 has none, as few devices compute in it.
  func shaderType() throws -> Int {
    switch self {
    case .float32: 0
    case .int32: 2
    case .int64: 3
    case .bool: 4
    case .float16: 5
    case .bfloat16: 6
    case .float64: throw DeviceRefusal()
    }
  }
}

/// Refuses where a view is not float32: statistics and what is summed are stored in nothing else.
func requireFloat32(_ views: [TensorView?]) throws {
  if views.contains(where: { $0.map { $0.dtype != .float32 } ?? false }) { throw DeviceRefusal() }
}

/// The number of the floating type that all maps of a kernel share; refuses where they differ.
func mapType(_ maps: [TensorView?]) throws -> Int {
  let types = Set(maps.compactMap { $0?.dtype })
  guard let type = types.first, types.count == 1, type.isFloatingPoint else { throw DeviceRefusal() }
  return try type.shaderType()
}

extension VulkanBackend {
  /// Turns that the loops of one invocation may take: beyond 65,535 of them Mesa's device in software leaves every loop
  /// without a word, and on others a command that runs for seconds is taken for a hung one.
  static let longestLoop = 60_000

  /// A parameter as shaders read it: where it lies, or widened to float32 in scratch.
  func parameter(_ view: TensorView?) throws -> DeviceView? {
    guard let view else { return nil }
    guard view.dtype != .float32 else { return try operand(view) }
    let wide = try scratch(Layout(rowMajor: view.shape), .float32)
    try elementwise(.cast, output: wide, inputs: [view])
    return try operand(wide)
  }
}

/// Workgroups of 256 for `count` items.
func groups(of count: Int) -> Int { (count + 255) / 256 }
