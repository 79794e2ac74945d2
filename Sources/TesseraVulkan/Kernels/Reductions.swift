import CKernels
import TesseraTensor

/// How a group of 256 invocations is shared between results and the rows of each.
struct RowSplit {
  /// Invocations that work on one result, a power of two.
  let rows: Int

  /// About four elements an invocation; with many neighbouring results at least 32 of these, so that reads are whole
  /// cache lines.
  init(count: Int, inner: Int) {
    let most = inner >= 32 ? 8 : inner >= 8 ? 32 : 256
    var rows = 1
    while rows < most, rows * 4 < count { rows *= 2 }
    self.rows = rows
  }

  var lanes: Int { 256 / rows }

  func groups(results: Int) -> Int { (results + lanes - 1) / lanes }
}

/// Operands of sums beside what is summed; `dy` and `second` are maps of its type, the others float32.
struct SumOperands {
  var mean: TensorView?
  var rstd: TensorView?
  var weight: DeviceView?
  var bias: DeviceView?
  var dy: TensorView?
  var second: TensorView?
  var secondMean: TensorView?
  var secondRstd: TensorView?
  var slope = 1.0
}

/// What `sums.comp` adds.
enum SumMode: Int {
  case plain, moments, gradient, parameters, residual

  /// Sums that it makes for each result.
  var sumCount: Int {
    switch self {
    case .plain: 1
    case .moments, .gradient, .parameters: 2
    case .residual: 3
    }
  }
}

extension VulkanBackend {
  /// Sums of floats, in float32 and at most two stages, and of integers in one.
  func sum(_ rows: DeviceRows, _ input: TensorView, _ output: TensorView, divisor: Double) throws {
    guard input.dtype.isFloatingPoint else {
      guard divisor == 1 else { throw DeviceRefusal() }
      return try integerSum(rows, input, output, mode: 0)
    }
    let (parts, partCount) = parts(of: rows)
    if parts == 1 {
      return try stage(.plain, rows, input, output, parts: 1, partCount: rows.count, divisor: divisor)
    }
    let partials = try scratch(
      Layout(rowMajor: [rows.outer, parts, rows.inner]), .float32)
    try stage(.plain, rows, input, partials, parts: parts, partCount: partCount, divisor: 1)
    let rest = DeviceRows(outer: rows.outer, count: parts, inner: rows.inner)
    try stage(.plain, rest, partials, output, parts: 1, partCount: parts, divisor: divisor)
  }

  /// The mode's sums for each result, as scratch `[outer, sumCount, inner]`.
  func severalSums(
    _ mode: SumMode, _ rows: DeviceRows, _ input: TensorView, _ operands: SumOperands
  ) throws -> TensorView {
    let (parts, partCount) = parts(of: rows)
    let partials = try scratch(Layout(rowMajor: [rows.outer, parts, mode.sumCount, rows.inner]), .float32)
    try stage(mode, rows, input, partials, operands, parts: parts, partCount: partCount, divisor: 1)
    if parts == 1 { return partials }
    let sums = try scratch(Layout(rowMajor: [rows.outer, mode.sumCount, rows.inner]), .float32)
    let rest = DeviceRows(outer: rows.outer, count: parts, inner: mode.sumCount * rows.inner)
    try stage(.plain, rest, partials, sums, parts: 1, partCount: parts, divisor: 1)
    return sums
  }

  /// Enough parts to fill a device where results alone are few; by shape only, so that results are repeatable.
  private func parts(of rows: DeviceRows) -> (parts: Int, partCount: Int) {
    let split = RowSplit(count: rows.count, inner: rows.inner)
    let results = max(1, split.groups(results: rows.outer * rows.inner))
    let parts = max(1, min(rows.count / (split.rows * 16), 1024 / results))
    let partCount = max(1, (rows.count + parts - 1) / parts)
    return (max(1, (rows.count + partCount - 1) / partCount), partCount)
  }

  private func stage(
    _ mode: SumMode, _ rows: DeviceRows, _ input: TensorView, _ output: TensorView,
    _ operands: SumOperands = SumOperands(), parts: Int, partCount: Int, divisor: Double
  ) throws {
    var arguments = KernelArguments()
    arguments.read(try operand(input))
    arguments.write(try operand(output))
    let type = try mapType([input, operands.dy, operands.second])
    try requireFloat32([operands.mean, operands.rstd, operands.secondMean, operands.secondRstd])
    for view in [operands.mean, operands.rstd] { arguments.read(try view.map(operand)) }
    for view in [operands.weight, operands.bias] { arguments.read(view) }
    for view in [operands.dy, operands.second, operands.secondMean, operands.secondRstd] {
      arguments.read(try view.map(operand))
    }
    try arguments.append(rows.outer, rows.count, rows.inner, parts, partCount)
    arguments.append(divisor, operands.slope)
    let split = RowSplit(count: partCount, inner: rows.inner)
    let groups = split.groups(results: rows.outer * rows.inner * parts)
    try dispatch(
      .sums, [split.rows, mode.rawValue, type, try output.dtype.shaderType()], groups: groups, arguments)
  }

  /// Sums of integers (mode 0), and whether all (1) or any (2) are true.
  func integerSum(_ rows: DeviceRows, _ input: TensorView, _ output: TensorView, mode: Int) throws {
    var arguments = KernelArguments()
    arguments.read(try operand(input))
    arguments.write(try operand(output))
    try arguments.append(rows.outer, rows.count, rows.inner)
    try dispatch(
      .integerSums, [input.dtype.shaderType(), mode], groups: groups(of: rows.outer * rows.inner), arguments)
  }

  /// The largest or smallest of floats.
  func extremum(
    _ which: CKExtremum, _ rows: DeviceRows, _ input: TensorView, values: TensorView?, positions: TensorView?
  ) throws {
    guard input.dtype.isFloatingPoint else { throw DeviceRefusal() }
    var arguments = KernelArguments()
    arguments.read(try operand(input))
    arguments.write(try values.map(operand))
    arguments.write(try positions.map(operand))
    try arguments.append(rows.outer, rows.count, rows.inner)
    let split = RowSplit(count: rows.count, inner: rows.inner)
    try dispatch(
      .extremum, [split.rows, input.dtype.shaderType(), which == .minimum ? 1 : 0],
      groups: split.groups(results: rows.outer * rows.inner), arguments)
  }
}
