import CKernels
import TesseraTensor

/// One axis of a volume cut into windows: an axis no longer than the window takes one of its own size, and no shift.
private struct WindowAxis {
  let size: Int
  let window: Int
  let shift: Int
  let count: Int

  init(size: Int, nominal: Int, shift: Int) {
    let isWhole = size <= nominal
    self.size = size
    window = isWhole ? size : nominal
    self.shift = isWhole ? 0 : shift
    count = isWhole ? 1 : (size + nominal - 1) / nominal
  }
}

/// The windows of a volume, and the arguments of shaders that work on them.
private struct Windows {
  let axes: [WindowAxis]
  let nominal: [Int]
  let heads: Int
  let headSize: Int
  let scale: Double
  let batch: Int
  /// How often a probability is dropped, and the draw that decides.
  let dropout: Double
  let seed: UInt64
  let stream: UInt64
  /// The number of the maps' type.
  let type: Int

  init(_ problem: TesseraWindowAttention, type: Int) {
    self.type = type
    (dropout, seed, stream) = (problem.dropout, problem.seed, problem.stream)
    let (sizes, shifts, windows) = (three(problem.size), three(problem.shift), three(problem.window))
    nominal = windows
    axes = (0..<3).map { WindowAxis(size: sizes[$0], nominal: windows[$0], shift: shifts[$0]) }
    (heads, headSize) = (Int(problem.heads), Int(problem.headSize))
    (scale, batch) = (problem.scale, Int(problem.batch))
  }

  var count: Int { axes.map(\.count).reduce(batch, *) }
  var tokens: Int { axes.map(\.window).reduce(1, *) }
  var tableRows: Int { nominal.map { 2 * $0 - 1 }.reduce(1, *) }
  /// Windows whose share of the table's gradient is summed by one group, in order: by shape only.
  var chunkWindows: Int { max(1, (count * heads + 2047) / 2048) }
  var chunks: Int { (count + chunkWindows - 1) / chunkWindows }

  /// Constants that both passes have.
  var constants: [Int] { [headSize, tokens, type, dropout > 0 ? 1 : 0] }

  func append(to arguments: inout KernelArguments) throws {
    arguments.append(seed)
    arguments.append(stream)
    try arguments.append(count, heads, chunks, chunkWindows)
    arguments.append(scale, 1 - dropout, dropout < 1 ? 1 / (1 - dropout) : 0)
    for values in [axes.map(\.size), axes.map(\.window), axes.map(\.shift), axes.map(\.count), nominal] {
      try arguments.append(values, count: 3)
    }
  }
}

extension VulkanBackend {
  /// The widest head that fits in an invocation's registers.
  private static let widestHead = 64

  private func windows(
    _ problem: TesseraWindowAttention, maps: [TensorView], sums: [TensorView]
  ) throws -> Windows {
    try requireFloat32(sums)
    let qkv = maps[0]
    let windows = Windows(problem, type: try mapType(maps))
    // Three tables of a window's tokens; the backward pass sums the table and 128 invocations' values beside them.
    let shared = windows.tokens * 12 + windows.tableRows * 4 + 512
    guard
      windows.headSize <= Self.widestHead, shared <= device.sharedMemory,
      max(qkv.count, windows.count * windows.heads * windows.tokens) <= Int(Int32.max)
    else { throw DeviceRefusal() }
    return windows
  }

  /// Attention from qkv, table and, where given, bias, to the result and the logarithm of each row's sum.
  func windowAttention(
    _ problem: TesseraWindowAttention, _ inputs: [TensorView], _ outputs: [TensorView]
  ) throws {
    let windows = try windows(problem, maps: [inputs[0], outputs[0]], sums: [outputs[1]])
    var arguments = KernelArguments()
    arguments.read(try operand(inputs[0]))
    arguments.read(try parameter(inputs.count > 2 ? inputs[2] : nil))
    arguments.read(try parameter(inputs[1]))
    for output in outputs { arguments.write(try operand(output)) }
    for _ in 0..<4 { arguments.read(nil) }
    try windows.append(to: &arguments)
    try dispatch(.attention, windows.constants, groups: windows.count * windows.heads, arguments)
  }

  /// Gradients of qkv, table and bias, from qkv, table, result, row sums, the result's gradient and, where given, bias.
  func windowAttentionBackward(
    _ problem: TesseraWindowAttention, _ inputs: [TensorView], _ outputs: [TensorView]
  ) throws {
    let maps = [inputs[0], inputs[2], inputs[4], outputs[0]]
    let windows = try windows(problem, maps: maps, sums: [inputs[3], outputs[1], outputs[2]])
    let (table, bias) = (try parameter(inputs[1]), try parameter(inputs.count > 5 ? inputs[5] : nil))
    let products = try scratch(Layout(rowMajor: [windows.count, windows.heads, windows.tokens]), .float32)
    let padding = try scratch(
      Layout(rowMajor: [windows.count, windows.heads, 2, windows.headSize]), .float32)
    let rows = try scratch(Layout(rowMajor: [windows.chunks, windows.tableRows, windows.heads]), .float32)
    for step in 0..<2 {
      var arguments = KernelArguments()
      arguments.read(try operand(inputs[0]))
      for parameter in [bias, table] { arguments.read(parameter) }
      for index in 2...4 { arguments.read(try operand(inputs[index])) }
      arguments.write(try operand(outputs[0]))
      if step == 0 { arguments.write(try operand(products)) } else { arguments.read(try operand(products)) }
      arguments.write(try operand(step == 0 ? rows : padding))
      try windows.append(to: &arguments)
      try dispatch(
        .attentionBackward, windows.constants + [step, step == 0 ? windows.tableRows : 1],
        groups: (step == 0 ? windows.chunks : windows.count) * windows.heads, arguments)
    }
    let tableRows = DeviceRows(outer: 1, count: windows.chunks, inner: windows.tableRows * windows.heads)
    try sum(tableRows, rows, outputs[1], divisor: 1)
    try biasGradient(windows, padding, outputs[2])
  }

  /// The padding's keys and values are the bias: their gradients, summed over windows.
  ///
  /// Queries of the padding are cut away, so that their third is zero.
  private func biasGradient(_ windows: Windows, _ padding: TensorView, _ output: TensorView) throws {
    let (heads, size) = (windows.heads, windows.headSize)
    let sums = try scratch(Layout(rowMajor: [heads, 2, size]), .float32)
    try sum(DeviceRows(outer: 1, count: windows.count, inner: 2 * heads * size), padding, sums, divisor: 1)
    try elementwise(.fill(0), output: output, inputs: [])
    let keysAndValues = TensorView(
      pointer: output.pointer + heads * size * output.dtype.byteCount,
      layout: Layout(rowMajor: [2, heads, size]), dtype: output.dtype)
    let order = Layout(shape: [2, heads, size], strides: [size, 2 * size, 1])
    try elementwise(.copy, output: keysAndValues, inputs: [sums.with(order)])
  }

  /// The additive mask of shifted windows.
  func windowMask(_ windows: DeviceWindows, _ output: TensorView) throws {
    try requireFloat32([output])
    guard windows.window.count <= 3, output.count <= Int(Int32.max) else { throw DeviceRefusal() }
    var arguments = KernelArguments()
    arguments.write(try operand(output))
    try arguments.append(output.shape[0], output.shape[1])
    // Axes that are missing are one long and not shifted.
    let missing = 3 - windows.window.count
    for (values, rest) in [(windows.padded, 1), (windows.window, 1), (windows.shift, 0)] {
      try arguments.append([Int](repeating: rest, count: missing) + values, count: 3)
    }
    try dispatch(.windowMask, groups: groups(of: output.count), arguments)
  }
}
