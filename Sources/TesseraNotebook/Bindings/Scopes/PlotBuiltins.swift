import Foundation
import TesseraScript
import TesseraTensor

/// Pictures of memory reports.
enum PlotBuiltins {
  static var all: [Builtin] { [plot] }

  private static let plot = Builtin(
    "plot(*reports, kind=\"timeline\", file=None)",
    "Draws memory reports: live bytes over the step, or what each block keeps, drops and recomputes.",
    details:
      "kind=\"timeline\" stacks the categories of live bytes, all reports on one scale. kind=\"blocks\" is a strip "
      + "of the network's blocks for each report, against the first, which needs none of its own. file=\"name.svg\" also writes a picture.",
    example: """
      with memory("zeros") as m { x = zeros(1024) }
      plot(m, file="example.svg")
      print("drawn")
      """, output: "…\ndrawn"
  ) { call in
    let reports = try call.elements("reports").map { value in
      guard case .host(let object) = value, let report = object as? MemoryReportObject else {
        throw call.mismatch("reports", "memory reports")
      }
      return try report.report()
    }
    guard let first = reports.first else { throw call.mismatch("reports", "one report or more") }
    let charts: [Chart] =
      switch try call.string("kind") {
      case "timeline": [MemoryChart(reports).chart()]
      case "blocks":
        (reports.count == 1 ? reports[...] : reports.dropFirst()).map {
          MemoryBlockStrip($0, against: first).chart()
        }
      default: throw call.mismatch("kind", "\"timeline\" or \"blocks\"")
      }
    for chart in charts { call.context.show(chart) }
    if !call.isNone("file") { try write(charts, to: call.context.writePath(call.string("file"))) }
    return .none
  }

  /// One chart a file; of several the later ones get a number before the ending.
  private static func write(_ charts: [Chart], to path: String) throws {
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
