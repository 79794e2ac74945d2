import CKernels
import TesseraTensor

extension VulkanBackend {
  /// One result element from one element of each input.
  func elementwise(_ function: ElementwiseFunction, output: TensorView, inputs: [TensorView]) throws {
    let dtype = inputs.first?.dtype ?? output.dtype
    try function.check(inputs, output)
    switch function {
    case .unary(let op, let p, let q):
      try loop(.unary, [Int(op.rawValue), dtype.shaderType()], output, inputs, p: p, q: q)
    case .binary(let op, let p, let q):
      try loop(.binary, [Int(op.rawValue), dtype.shaderType()], output, inputs, p: p, q: q)
    case .integerUnary(let op, let p, let q):
      let scalars = [p, q].map { ElementBits($0, as: .int64).bits }
      try loop(
        .integer, [Int(op.rawValue), dtype.shaderType()], output, inputs, bits: scalars[0], extra: scalars[1])
    case .integerBinary(let op):
      try loop(.integer, [100 + Int(op.rawValue), dtype.shaderType()], output, inputs)
    case .compare(let op): try loop(.compare, [Int(op.rawValue), dtype.shaderType()], output, inputs)
    case .logical(let op): try loop(.compare, [100 + Int(op.rawValue), dtype.shaderType()], output, inputs)
    case .logicalNot: try loop(.compare, [103, dtype.shaderType()], output, inputs)
    case .cast: try loop(.cast, [dtype.shaderType(), output.dtype.shaderType()], output, inputs)
    case .copy, .fill, .select, .fillWhere: try move(function, output, inputs)
    }
  }

  /// Bytes moved without a look at their values.
  private func move(_ function: ElementwiseFunction, _ output: TensorView, _ inputs: [TensorView]) throws {
    let size = output.dtype.byteCount
    switch function {
    case .fill(let value):
      try loop(.move, [1, size], output, [], bits: ElementBits(value, as: output.dtype).bits)
    case .select: try loop(.move, [2, size], output, inputs)
    case .fillWhere(let truth, let value):
      let bits = ElementBits(value, as: output.dtype).bits
      try loop(.move, [truth ? 3 : 4, size], output, inputs, bits: bits)
    default: try loop(.move, [0, size], output, inputs)
    }
  }

  /// Walks the output's elements in memory order, inputs stretched to its shape.
  func loop(
    _ shader: Shader, _ constants: [Int], _ output: TensorView, _ inputs: [TensorView], p: Double = 0,
    q: Double = 0, bits: UInt64 = 0, extra: UInt64 = 0
  ) throws {
    guard output.count > 0 else { return }
    let layouts = [output.layout] + inputs.map { $0.layout.expanded(to: output.shape) }
    let nest = LoopNest(layouts)
    guard nest.reach <= Int(Int32.max) else { throw DeviceRefusal() }
    var arguments = KernelArguments()
    arguments.write(try operand(output))
    for input in inputs { arguments.read(try operand(input)) }
    for _ in inputs.count..<3 { arguments.append(extra) }
    arguments.append(bits)
    try arguments.append(output.count, nest.extents.count)
    arguments.append(p, q)
    try arguments.append(nest.extents, count: 8)
    for row in nest.strides { try arguments.append(row, count: 8) }
    for _ in nest.strides.count..<4 { try arguments.append([], count: 8) }
    try dispatch(shader, constants, groups: groups(of: output.count), arguments)
  }
}

extension ElementwiseFunction {
  /// Arithmetic has one type for all operands; refuses where they differ.
  fileprivate func check(_ inputs: [TensorView], _ output: TensorView) throws {
    switch self {
    case .unary, .integerUnary, .binary, .integerBinary:
      if inputs.contains(where: { $0.dtype != output.dtype }) { throw DeviceRefusal() }
    case .compare, .logical, .logicalNot, .cast, .copy, .fill, .select, .fillWhere: break
    }
  }
}

extension LoopNest {
  /// An upper bound of every offset and of the number of elements: shaders count in 32 bits.
  var reach: Int {
    let offsets = strides.map { row in zip(row, extents).map { abs($0) * max(0, $1 - 1) }.reduce(0, +) }
    return max(extents.reduce(1, *), offsets.max() ?? 0)
  }
}
