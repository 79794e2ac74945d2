/// Values in their order as lines on one scale, such as a loss over steps.
struct LineChart {
  let title: String
  let series: [[Double]]

  var chart: Chart { Chart(svg: svg, text: text) }

  private var range: ChartRange { ChartRange(series.joined()) }
  private var length: Int { max(1, series.map(\.count).max() ?? 1) }

  private static func color(_ index: Int) -> String { ChartColor.series[index % ChartColor.series.count] }

  private func name(_ index: Int) -> String { series.count == 1 ? "" : "line \(index + 1)" }

  private var summary: String {
    series.enumerated().map { index, values in
      let ends =
        "\(values.count) values from \(ChartNumber.text(values.first ?? .nan)) to "
        + ChartNumber.text(values.last ?? .nan)
      return name(index).isEmpty ? ends : "\(name(index)): \(ends)"
    }.joined(separator: "; ")
  }

  // MARK: - On a terminal

  private static let (columns, rows) = (60, 10)
  private static let marks: [Character] = ["●", "○", "▲", "△", "■", "□"]

  private var text: String {
    var cells = [[Character]](
      repeating: [Character](repeating: " ", count: Self.columns), count: Self.rows)
    for (index, values) in series.enumerated() {
      for column in 0..<Self.columns {
        guard let share = sampled(values, column).flatMap(range.place) else { continue }
        let row = Int((share * Double(Self.rows - 1)).rounded())
        cells[Self.rows - 1 - row][column] = Self.marks[index % Self.marks.count]
      }
    }
    let (top, bottom) = (ChartNumber.text(range.high), ChartNumber.text(range.low))
    let width = max(top.count, bottom.count)
    let lines = cells.enumerated().map { row, cells in
      let label = row == 0 ? top : row == Self.rows - 1 ? bottom : ""
      return (String(repeating: " ", count: width - label.count) + label + " │" + String(cells)).trimmedEnd
    }
    let floor = String(repeating: " ", count: width) + " └" + String(repeating: "─", count: Self.columns)
    let key =
      series.count == 1
      ? ""
      : series.indices.map {
        "\(Self.marks[$0 % Self.marks.count]) \(name($0))"
      }.joined(separator: "  ")
    return ([title] + lines + [floor, key, summary.replacing("; ", with: "\n")]).filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  /// The value at a column: the mean of those that share it, or the nearest where columns share one.
  private func sampled(_ values: [Double], _ column: Int) -> Double? {
    let start = column * length / Self.columns
    let end = max(start + 1, (column + 1) * length / Self.columns)
    guard start < values.count else { return nil }
    let part = values[start..<min(end, values.count)]
    return part.reduce(0, +) / Double(part.count)
  }

  // MARK: - As a picture

  private var svg: String {
    let (left, top, width, height) = (76.0, 48.0, 600.0, 240.0)
    let heading = title.isEmpty ? "Values in their order" : title
    let grid = (0...4).flatMap { step -> [String] in
      let share = Double(step) / 4
      let y = top + height * (1 - share)
      let value = range.low + (range.high - range.low) * share
      return [
        SVG.line(x1: left, y1: y, x2: left + width, y2: y, class: "grid"),
        SVG.text(ChartNumber.text(value), x: left - 8, y: y + 4, class: "axis", anchor: "end"),
      ]
    }
    let lines = series.enumerated().map { index, values in
      let points = values.enumerated().compactMap { place, value -> String? in
        guard let share = range.place(of: value) else { return nil }
        let x = left + width * (length == 1 ? 0 : Double(place) / Double(length - 1))
        return "\(SVG.number(x)),\(SVG.number(top + height * (1 - share)))"
      }
      let color = Self.color(index)
      return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(color)\" "
        + "stroke-width=\"2\"><title>\(SVG.escaped(name(index)))</title></polyline>"
    }
    let key =
      series.count == 1
      ? []
      : series.indices.flatMap { index -> [String] in
        let x = left + Double(index) * 90
        return [
          SVG.rect(x: x, y: top + height + 16, width: 13, height: 13, fill: Self.color(index)),
          SVG.text(name(index), x: x + 20, y: top + height + 27, class: "key"),
        ]
      }
    return SVG.document(
      width: 700, height: top + height + 48, title: heading, description: summary + ".",
      body: [SVG.text(heading, x: 16, y: 28, class: "title")] + grid + lines + key)
  }
}
