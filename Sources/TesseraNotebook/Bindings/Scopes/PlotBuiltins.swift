import Foundation
import TesseraScript
import TesseraTensor

/// Pictures of memory reports, and of numbers in their order.
enum PlotBuiltins {
  static var all: [Builtin] { [plot] }

  private static let plot = Builtin(
    "plot(*values, kind=\"timeline\", title=\"\", file=None)",
    "Draws numbers as lines, or memory reports: live bytes over the step, or what each block keeps, drops and recomputes.",
    details:
      "plot(losses) draws one line, plot(a, b) two; each is a list of numbers or a tensor. For reports "
      + "kind=\"timeline\" stacks the categories of live bytes, all reports on one scale. kind=\"blocks\" is a strip "
      + "of the network's blocks for each report, against the first, which needs none of its own. file=\"name.svg\" also writes a picture.",
    example: """
      with memory("zeros") as m { x = zeros(1024) }
      plot(m, file="example.svg")
      print("drawn")
      """, output: "…\ndrawn"
  ) { call in
    let charts = try reports(call).map { try memoryCharts($0, call) } ?? [lines(call).chart]
    for chart in charts { call.context.show(chart) }
    if !call.isNone("file") { try write(charts, to: call.context.writePath(call.string("file"))) }
    return .none
  }

  /// The reports that are to be drawn; nil where the first value is none.
  private static func reports(_ call: Call) throws -> [MemoryReport]? {
    let values = try call.elements("values")
    guard case .host(let object)? = values.first, object is MemoryReportObject else { return nil }
    return try values.map { value in
      guard case .host(let object) = value, let report = object as? MemoryReportObject else {
        throw call.mismatch("values", "memory reports, or lists of numbers")
      }
      return try report.report()
    }
  }

  private static func lines(_ call: Call) throws -> LineChart {
    let series = try call.elements("values").map { value in
      guard let numbers = try Call.numbers(value), !numbers.isEmpty else {
        throw call.mismatch("values", "memory reports, or lists of numbers")
      }
      return numbers
    }
    guard !series.isEmpty else { throw call.mismatch("values", "a list of numbers, or a memory report") }
    return LineChart(title: try call.string("title"), series: series)
  }

  private static func memoryCharts(_ reports: [MemoryReport], _ call: Call) throws -> [Chart] {
    switch try call.string("kind") {
    case "timeline": return [MemoryChart(reports).chart()]
    case "blocks":
      return (reports.count == 1 ? reports[...] : reports.dropFirst()).map {
        MemoryBlockStrip($0, against: reports[0]).chart()
      }
    default: throw call.mismatch("kind", "\"timeline\" or \"blocks\"")
    }
  }

  /// One chart a file; of several the later ones get a number before the ending.
  static func write(_ charts: [Chart], to path: String) throws {
    for (index, chart) in charts.enumerated() {
      let stem = path.hasSuffix(".svg") ? String(path.dropLast(4)) : path
      let name = index == 0 ? stem : "\(stem)-\(index + 1)"
      try Data(chart.svg.utf8).write(to: URL(fileURLWithPath: name + ".svg"), options: .atomic)
    }
  }
}

extension EngineContext {
  /// Shows a chart where there is a session, else its text.
  func show(_ chart: Chart) {
    if let session { session.emit(.chart(chart)) } else { interpreter?.output(chart.text + "\n") }
  }
}
