import TesseraTensor

extension VulkanBackend {
  /// Random numbers: integers and uniforms are the CPU's bit for bit.
  func draw(_ distribution: DeviceDraw, _ stream: RandomStream, _ output: TensorView) throws {
    guard output.count > 0 else { return }
    var (mode, low, range, scale, shift) = (0, 0, UInt64(0), 1.0, 0.0)
    switch distribution {
    case .uniform(let factor, let offset): (mode, scale, shift) = (0, factor, offset)
    case .normal(let factor, let offset): (mode, scale, shift) = (1, factor, offset)
    case .bernoulli(let probability): (mode, scale) = (2, probability)
    case .integer(let least, let count): (mode, low, range) = (3, least, count)
    }
    var arguments = KernelArguments()
    arguments.write(try operand(output))
    arguments.append(UInt64(bitPattern: Int64(low)))
    arguments.append(range)
    arguments.append(stream.seed)
    arguments.append(stream.stream)
    try arguments.append(output.count)
    arguments.append(scale, shift)
    let blocks = (output.count + 1) / (mode == 3 ? 2 : 4) + 1
    try dispatch(.random, [mode, output.dtype.shaderType()], groups: groups(of: blocks), arguments)
  }
}
