import TesseraTensor

extension MemoryChart {
  private static let width = 960.0
  private static let plotLeft = 76.0
  private static let plotWidth = 640.0
  private static let plotHeight = 230.0
  private static let panelHeight = 320.0
  private static let headHeight = 44.0
  private static let columnCount = 640

  /// The chart as a self-contained SVG document, legible on light and dark pages.
  public func svg() -> String {
    let height = Self.headHeight + Double(reports.count) * Self.panelHeight
    let title = "Memory over a step: \(reports.map(\.label).joined(separator: ", "))"
    let panels = reports.enumerated().map { index, report in
      panel(report, top: Self.headHeight + Double(index) * Self.panelHeight)
    }
    return SVG.document(
      width: Self.width, height: height, title: title, description: summary,
      body: [SVG.text(title, x: 16, y: 28, class: "title")] + panels)
  }

  private func panel(_ report: MemoryReport, top panelTop: Double) -> String {
    let columns = report.timeline.columns(Self.columnCount, axis: axis)
    let plot = PlotArea(
      left: Self.plotLeft, top: panelTop + 34, width: Self.plotWidth, height: Self.plotHeight,
      topBytes: Double(top) * 1.06, columns: max(1, columns.count))
    let heading = SVG.text(heading(report), x: 16, y: panelTop + 16, class: "head")
    return
      ([heading] + grid(plot) + areas(columns, plot) + firstPeak(report, plot) + phases(columns, plot)
      + peakMark(report, columns, plot) + legend(report, plot))
      .joined(separator: "\n")
  }

  /// `swin: peak 3.75 GiB, 53.8 % less than plain`.
  private func heading(_ report: MemoryReport) -> String {
    let heading = "\(report.label): peak \(ByteCount.size(report.peakBytes))"
    guard let first = reports.first, first.peakBytes != report.peakBytes else { return heading }
    let change = report.peakBytes - first.peakBytes
    return "\(heading), \(percent(abs(change), of: first.peakBytes)) \(change < 0 ? "less" : "more") than "
      + first.label
  }

  /// Where the first run's peak was, in every panel but its own.
  private func firstPeak(_ report: MemoryReport, _ plot: PlotArea) -> [String] {
    guard let first = reports.first, first.peakBytes != report.peakBytes else { return [] }
    let y = plot.y(Double(first.peakBytes))
    return [
      SVG.line(x1: plot.left, y1: y, x2: plot.left + plot.width, y2: y, class: "peakline"),
      SVG.text("peak of \(first.label)", x: plot.left + plot.width, y: y - 5, class: "axis", anchor: "end"),
    ]
  }

  private func grid(_ plot: PlotArea) -> [String] {
    ByteAxis(upTo: top).ticks.flatMap { tick in
      let y = plot.y(tick.bytes)
      return [
        SVG.line(x1: plot.left, y1: y, x2: plot.left + plot.width, y2: y, class: "grid"),
        SVG.text(tick.text, x: plot.left - 8, y: y + 4, class: "axis", anchor: "end"),
      ]
    }
  }

  /// One path a band, between the sums below and above it.
  private func areas(_ columns: [MemoryTimeline.Column], _ plot: PlotArea) -> [String] {
    var floor = columns.map { _ in 0.0 }
    return Self.bands.compactMap { band in
      let ceiling = zip(floor, columns).map { $0 + Double($1.bytes[band.category]) }
      defer { floor = ceiling }
      guard ceiling != floor else { return nil }
      return "<path d=\"\(plot.area(from: floor, to: ceiling))\" fill=\"\(band.color)\" class=\"band\">"
        + "<title>\(band.category.name)</title></path>"
    }
  }

  /// A bar below the axis that says what the program was doing.
  private func phases(_ columns: [MemoryTimeline.Column], _ plot: PlotArea) -> [String] {
    runs(of: columns.map(\.phase.kind)).flatMap { kind, range in
      let left = plot.x(range.lowerBound)
      let width = plot.x(range.upperBound) - left
      let top = plot.top + plot.height + 4
      let bar = SVG.rect(x: left, y: top, width: width, height: 14, fill: kind.color)
      guard width > 58 else { return [bar] }
      return [
        bar,
        SVG.text(kind.rawValue, x: left + width / 2, y: top + 11, class: "phase", anchor: "middle"),
      ]
    }
  }

  private func runs(
    of kinds: [MemoryPhase.Kind]
  ) -> [(kind: MemoryPhase.Kind, columns: Range<Int>)] {
    var runs: [(kind: MemoryPhase.Kind, columns: Range<Int>)] = []
    for (index, kind) in kinds.enumerated() {
      if let last = runs.last, last.kind == kind {
        runs[runs.count - 1].columns = last.columns.lowerBound..<index + 1
      } else {
        runs.append((kind, index..<index + 1))
      }
    }
    return runs
  }

  private func peakMark(
    _ report: MemoryReport, _ columns: [MemoryTimeline.Column], _ plot: PlotArea
  ) -> [String] {
    guard let column = columns.firstIndex(where: \.holdsPeak) else { return [] }
    let x = plot.x(column) + plot.columnWidth / 2
    let y = plot.y(Double(report.peakBytes))
    let isRight = x > plot.left + plot.width / 2
    return [
      SVG.line(x1: x, y1: y, x2: x, y2: plot.top + plot.height, class: "peakline"),
      SVG.circle(x: x, y: y, radius: 4.5, class: "peak"),
      SVG.text(
        "\(ByteCount.size(report.peakBytes)) in \(report.peak.place)", x: isRight ? x - 9 : x + 9, y: y - 7,
        class: "note", anchor: isRight ? "end" : "start"),
    ]
  }

  /// The bands from the top down, with what each held at the peak.
  private func legend(_ report: MemoryReport, _ plot: PlotArea) -> [String] {
    let left = plot.left + plot.width + 18
    let held = Self.bands.reversed().filter { report.atPeak.categories[$0.category] != 0 }
    let rows = held.enumerated().flatMap { index, band in
      let y = plot.top + 24 + Double(index) * 20
      return [
        SVG.rect(x: left, y: y - 11, width: 13, height: 13, fill: band.color),
        SVG.text(band.category.name, x: left + 20, y: y, class: "key"),
        SVG.text(
          ByteCount.size(report.atPeak.categories[band.category]), x: left + 188, y: y, class: "key",
          anchor: "end"),
      ]
    }
    return [SVG.text("at the peak", x: left, y: plot.top + 4, class: "axis")] + rows
      + phaseKey(report, plot)
  }

  /// Recomputed stretches are too short for a word of their own.
  private func phaseKey(_ report: MemoryReport, _ plot: PlotArea) -> [String] {
    let kinds = report.phaseSeconds.map(\.phase).filter { $0 == .recompute || $0 == .step }
    return kinds.enumerated().flatMap { index, kind in
      let (left, y) = (plot.left + plot.width + 18 + Double(index) * 100, plot.top + plot.height + 4)
      return [
        SVG.rect(x: left, y: y, width: 13, height: 13, fill: kind.color),
        SVG.text(kind.rawValue, x: left + 20, y: y + 11, class: "key"),
      ]
    }
  }
}

extension MemoryPhase.Kind {
  fileprivate var color: String {
    switch self {
    case .forward: "#57718C"
    case .recompute: "#A8417F"
    case .backward: "#37475A"
    case .step: "#767676"
    }
  }
}

/// Where columns and bytes lie on the page.
private struct PlotArea {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  let topBytes: Double
  let columns: Int

  var columnWidth: Double { width / Double(columns) }

  func x(_ column: Int) -> Double { left + Double(column) * columnWidth }

  func y(_ bytes: Double) -> Double { top + height * (1 - bytes / topBytes) }

  /// Memory is constant between two changes, so the outline has steps and no slopes.
  func area(from floor: [Double], to ceiling: [Double]) -> String {
    var path = "M\(SVG.number(left)) \(SVG.number(y(ceiling.first ?? 0)))"
    path += edge(ceiling, Array(ceiling.indices), end: \.upperBound)
    path += "V\(SVG.number(y(floor.last ?? 0)))"
    path += edge(floor, Array(floor.indices.reversed()), end: \.lowerBound)
    return path + "Z"
  }

  private func edge(_ values: [Double], _ order: [Int], end: KeyPath<Range<Int>, Int>) -> String {
    var text = ""
    for (position, column) in order.enumerated() {
      let next = position + 1 < order.count ? values[order[position + 1]] : nil
      guard next != values[column] else { continue }
      text += "H\(SVG.number(x((column..<column + 1)[keyPath: end])))"
      if let next { text += "V\(SVG.number(y(next)))" }
    }
    return text
  }
}
