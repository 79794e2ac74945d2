import CKernels
import TesseraTensor

/// How a group of 256 invocations is shared between results and the rows of each.
struct RowSplit {
  /// Invocations that work on one result, a power of two.
  let rows: Int
  /// Whether they are a subgroup.
  let isSubgroup: Bool

  /// About four elements an invocation; with many neighbouring results at least 32 of these, so that reads are whole
  /// cache lines.
  init(count: Int, inner: Int) {
    let most = inner >= 32 ? 8 : inner >= 8 ? 32 : 256
    var rows = 1
    while rows < most, rows * 4 < count { rows *= 2 }
    self.rows = rows
    isSubgroup = false
  }

  /// Rows as given.
  init(rows: Int, isSubgroup: Bool = false) {
    self.rows = rows
    self.isSubgroup = isSubgroup
  }

  /// A subgroup a result, where rows are neighbours in memory and enough for all its invocations.
  init(count: Int, inner: Int, on backend: VulkanBackend) {
    let size = backend.device.subgroupSize
    if backend.usesSubgroups, inner == 1, count >= size, 256 % size == 0 {
      self.init(rows: size, isSubgroup: true)
    } else {
      self.init(count: count, inner: inner)
    }
  }

  var lanes: Int { 256 / rows }

  func groups(results: Int) -> Int { (results + lanes - 1) / lanes }
}

/// How a long axis is cut into parts that are reduced apart: enough to fill a device where results alone are few; by
/// shape and device only, so that results are repeatable.
struct RowParts {
  let count: Int
  /// Rows of a part; the last one may have fewer.
  let length: Int

  init(_ rows: DeviceRows, _ split: RowSplit) {
    let results = max(1, split.groups(results: rows.outer * rows.inner))
    let wanted = min(rows.count / (split.rows * 16), 1024 / results)
    let needed = rows.count / (split.rows * VulkanBackend.longestLoop)
    let parts = max(1, wanted, needed)
    length = max(1, (rows.count + parts - 1) / parts)
    count = max(1, (rows.count + length - 1) / length)
  }

  /// No cut.
  init(whole rows: DeviceRows) { (count, length) = (1, rows.count) }
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
    let cut = RowParts(rows, RowSplit(count: rows.count, inner: rows.inner, on: self))
    guard cut.count > 1 else { return try stage(.plain, cut, rows, input, output, divisor: divisor) }
    let partials = try scratch(Layout(rowMajor: [rows.outer, cut.count, rows.inner]), .float32)
    try stage(.plain, cut, rows, input, partials)
    let rest = DeviceRows(outer: rows.outer, count: cut.count, inner: rows.inner)
    try stage(.plain, RowParts(whole: rest), rest, partials, output, divisor: divisor)
  }

  /// The mode's sums for each result, as scratch `[outer, sumCount, inner]`.
  func severalSums(
    _ mode: SumMode, _ rows: DeviceRows, _ input: TensorView, _ operands: SumOperands
  ) throws -> TensorView {
    let cut = RowParts(rows, RowSplit(count: rows.count, inner: rows.inner, on: self))
    let layout = Layout(rowMajor: [rows.outer, cut.count, mode.sumCount, rows.inner])
    let partials = try scratch(layout, .float32)
    try stage(mode, cut, rows, input, partials, operands)
    if cut.count == 1 { return partials }
    let sums = try scratch(Layout(rowMajor: [rows.outer, mode.sumCount, rows.inner]), .float32)
    let rest = DeviceRows(outer: rows.outer, count: cut.count, inner: mode.sumCount * rows.inner)
    try stage(.plain, RowParts(whole: rest), rest, partials, sums)
    return sums
  }

  private func stage(
    _ mode: SumMode, _ cut: RowParts, _ rows: DeviceRows, _ input: TensorView, _ output: TensorView,
    _ operands: SumOperands = SumOperands(), divisor: Double = 1
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
    try arguments.append(rows.outer, rows.count, rows.inner, cut.count, cut.length)
    arguments.append(divisor, operands.slope)
    let split = RowSplit(count: cut.length, inner: rows.inner, on: self)
    let groups = split.groups(results: rows.outer * rows.inner * cut.count)
    try dispatch(
      .sums, bySubgroups: split.isSubgroup, [split.rows, mode.rawValue, type, try output.dtype.shaderType()],
      groups: groups, arguments)
  }

  /// Sums of integers (mode 0), and whether all (1) or any (2) are true.
  func integerSum(_ rows: DeviceRows, _ input: TensorView, _ output: TensorView, mode: Int) throws {
    let cut = RowParts(rows, RowSplit(rows: 1))
    guard cut.count > 1 else { return try integerStage(cut, rows, input, output, mode: mode) }
    let partials = try scratch(Layout(rowMajor: [rows.outer, cut.count, rows.inner]), output.dtype)
    try integerStage(cut, rows, input, partials, mode: mode)
    let rest = DeviceRows(outer: rows.outer, count: cut.count, inner: rows.inner)
    try integerStage(RowParts(whole: rest), rest, partials, output, mode: mode)
  }

  private func integerStage(
    _ cut: RowParts, _ rows: DeviceRows, _ input: TensorView, _ output: TensorView, mode: Int
  ) throws {
    var arguments = KernelArguments()
    arguments.read(try operand(input))
    arguments.write(try operand(output))
    try arguments.append(rows.outer, rows.count, rows.inner, cut.count, cut.length)
    try dispatch(
      .integerSums, [input.dtype.shaderType(), mode],
      groups: groups(of: rows.outer * cut.count * rows.inner), arguments)
  }

  /// The largest or smallest of floats.
  func extremum(
    _ which: CKExtremum, _ rows: DeviceRows, _ input: TensorView, values: TensorView?, positions: TensorView?
  ) throws {
    guard input.dtype.isFloatingPoint else { throw DeviceRefusal() }
    let cut = RowParts(rows, RowSplit(count: rows.count, inner: rows.inner))
    var source = (values: input, positions: TensorView?.none)
    var (rows, last) = (rows, cut)
    if cut.count > 1 {
      let layout = Layout(rowMajor: [rows.outer, cut.count, rows.inner])
      let partials = (values: try scratch(layout, input.dtype), positions: try scratch(layout, .int64))
      try extremumStage(which, cut, rows, source, partials.values, partials.positions)
      source = partials
      rows = DeviceRows(outer: rows.outer, count: cut.count, inner: rows.inner)
      last = RowParts(whole: rows)
    }
    try extremumStage(which, last, rows, source, values, positions)
  }

  private func extremumStage(
    _ which: CKExtremum, _ cut: RowParts, _ rows: DeviceRows,
    _ source: (values: TensorView, positions: TensorView?), _ values: TensorView?, _ positions: TensorView?
  ) throws {
    var arguments = KernelArguments()
    arguments.read(try operand(source.values))
    arguments.write(try values.map(operand))
    arguments.write(try positions.map(operand))
    arguments.read(try source.positions.map(operand))
    try arguments.append(rows.outer, rows.count, rows.inner, cut.count, cut.length)
    let split = RowSplit(count: cut.length, inner: rows.inner)
    try dispatch(
      .extremum, [split.rows, source.values.dtype.shaderType(), which == .minimum ? 1 : 0],
      groups: split.groups(results: rows.outer * cut.count * rows.inner), arguments)
  }
}
