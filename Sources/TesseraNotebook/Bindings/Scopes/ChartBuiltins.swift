import TesseraScript
import TesseraTensor

/// Pictures of numbers: `hist bar heatmap imshow`.
enum ChartBuiltins {
  static var all: [Builtin] { [histogram, bar, heatmap, image] }

  private static let histogram = Builtin(
    "hist(values, bins=10, title=\"\", file=None)",
    "Draws how often values fall into intervals of one width.",
    details: "values is a tensor of any shape or a list of numbers; what is not finite is left out.",
    example: "hist([1, 2, 2, 3, 3, 3], bins=3)",
    output: """
         1 to 1.67 │█████████████▍ 1
      1.67 to 2.33 │██████████████████████████▋ 2
         2.33 to 3 │████████████████████████████████████████ 3
      """
  ) { call in
    let bins = try call.int("bins")
    guard 1...BarChart.mostBars ~= bins else {
      throw call.mismatch("bins", "a number from 1 to \(BarChart.mostBars)")
    }
    let values = try call.numbers(in: "values")
    return try call.draw(
      BarChart(title: try call.string("title"), histogramOf: values, count: bins).chart)
  }

  private static let bar = Builtin(
    "bar(values, labels=None, title=\"\", file=None)", "Draws a bar for each number.",
    details: "values may be a map from labels to numbers.",
    example: "bar({\"off\": 1400, \"swin\": 859})",
    output: """
       off │████████████████████████████████████████ 1400
      swin │████████████████████████▌ 859
      """
  ) { call in
    let (values, labels) = try call.labelledNumbers()
    guard values.count <= BarChart.mostBars, labels.count == values.count else {
      throw call.mismatch("labels", "one label for each of at most \(BarChart.mostBars) values")
    }
    let bars = zip(labels, values).map { BarChart.Bar(label: $0, value: $1) }
    return try call.draw(BarChart(title: try call.string("title"), bars: bars).chart)
  }

  private static let heatmap = Builtin(
    "heatmap(matrix, title=\"\", file=None)", "Draws a matrix as shades: the larger, the darker.",
    details: "On a terminal the larger values are the fuller cells. Large matrices are averaged.",
    example: "heatmap(eye(3))",
    output: """
      ┌──────┐
      │██    │
      │  ██  │
      │    ██│
      └──────┘
      3 × 3, from 0 to 1
      """
  ) { call in try call.drawGrid("matrix", .heat) }

  private static let image = Builtin(
    "imshow(image, title=\"\", file=None)",
    "Draws a picture of one channel: the larger, the brighter.",
    details: "image is a matrix, or a tensor of shape (1, height, width).",
    example: "imshow(tensor([[0, 1], [2, 4]]))",
    output: """
      ┌────┐
      │  ░░│
      │▒▒██│
      └────┘
      2 × 2, from 0 to 4
      """
  ) { call in try call.drawGrid("image", .gray) }
}

extension Call {
  /// Shows a chart, and writes it where the call names a file.
  func draw(_ chart: Chart) throws -> Value {
    context.show(chart)
    if let file = try optionalString("file") { try PlotBuiltins.write([chart], to: context.writePath(file)) }
    return .none
  }

  /// The numbers of a tensor, or of a list of numbers and one-element tensors.
  func numbers(in name: String) throws -> [Double] {
    let value = self[name].tensor == nil ? .list(ListObject(try elements(name))) : self[name]
    if let numbers = try Self.numbers(value) { return numbers }
    throw mismatch(name, "a tensor or a list of numbers")
  }

  static func numbers(_ value: Value) throws -> [Double]? {
    if let tensor = value.tensor { return try tensor.doubles() }
    var result: [Double] = []
    for item in value.items ?? [] {
      if let number = item.number {
        result.append(number)
      } else if let tensor = item.tensor, tensor.shape.count == 1 {
        result += try tensor.doubles()
      } else {
        return nil
      }
    }
    return value.items == nil ? nil : result
  }

  fileprivate func labelledNumbers() throws -> ([Double], [String]) {
    if case .map(let map) = self["values"] {
      let entries = map.entries
      let values = try entries.map { entry in
        guard let number = try Self.numbers(.list(ListObject([entry.value]))) else {
          throw mismatch("values", "a map to numbers")
        }
        return number[0]
      }
      return (values, entries.map { label($0.key) })
    }
    let values = try numbers(in: "values")
    let labels = isNone("labels") ? values.indices.map { "\($0)" } : try elements("labels").map(label)
    return (values, labels)
  }

  private func label(_ value: Value) -> String {
    if case .string(let text) = value { return text }
    return interpreter.describe(value)
  }

  fileprivate func drawGrid(_ name: String, _ palette: GridChart.Palette) throws -> Value {
    let chart = GridChart(title: try string("title"), rows: try matrix(name), palette: palette).chart
    return try draw(chart)
  }

  private func matrix(_ name: String) throws -> [[Double]] {
    if let tensor = self[name].tensor {
      let shape = tensor.shape.extents
      let isPlane = shape.count == 3 && shape[0] == 1
      guard shape.count == 2 || isPlane, tensor.shape.count > 0 else {
        throw mismatch(name, "a tensor with two axes")
      }
      let values = try tensor.doubles()
      let width = shape[shape.count - 1]
      return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
    let rows = try (self[name].items ?? []).map { try Self.numbers($0) ?? [] }
    guard let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width }) else {
      throw mismatch(name, "a matrix: a tensor with two axes, or rows of one length")
    }
    return rows
  }
}
