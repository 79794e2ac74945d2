import Glibc

/// Time and peak of a step against the number of voxels, both axes logarithmic: a power is a straight line.
struct GrowthChart {
  let title: String
  let growth: StepGrowth

  private static let (top, width, height) = (72.0, 270.0, 240.0)
  /// A panel's left edge: time, then peak.
  private static let lefts = [70.0, 410.0]

  private var shown: [StepGrowth.Series] { [growth.time, growth.peak].filter { !$0.points.isEmpty } }

  private var caption: String { shown.compactMap(\.sentence).joined(separator: ", ") }

  var svg: String {
    let panels = zip(shown, Self.lefts).flatMap { series, left in
      LogPanel(series: series, left: left, top: Self.top, width: Self.width, height: Self.height).elements
    }
    let floor = Self.top + Self.height
    let isPartlyDry = growth.peak.points.contains(where: \.isDry)
    let notes =
      [caption + "; lines are least squares through the logarithms"]
      + (isPartlyDry ? ["hollow: counted on shapes, not run"] : [])
    return SVG.document(
      width: shown.count > 1 ? 720 : 380, height: floor + 56 + 18 * Double(notes.count), title: title,
      description: caption + ".",
      body: [SVG.text(title, x: 16, y: 28, class: "title")] + panels
        + notes.enumerated().map { SVG.text($1, x: 16, y: floor + 56 + 18 * Double($0), class: "axis") })
  }
}

/// One figure on logarithmic axes.
private struct LogPanel {
  let series: StepGrowth.Series
  let left: Double
  let top: Double
  let width: Double
  let height: Double

  var elements: [String] {
    [SVG.text("\(series.name), \(series.unit)", x: left, y: top - 12, class: "head")]
      + sizes + ticks + line + points
  }

  private var columns: ClosedRange<Double> { Self.padded(series.points.map { Double($0.voxels) }) }
  private var rows: ClosedRange<Double> { Self.padded(series.points.map(\.value)) }

  /// The range with a tenth of its extent on either side, counted in logarithms.
  private static func padded(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 1, values.max() ?? 1)
    let margin = max(1.1, pow(high / low, 0.1))
    return low / margin...high * margin
  }

  private static func place(_ value: Double, in range: ClosedRange<Double>) -> Double {
    log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }

  private func x(_ voxels: Double) -> Double { left + width * Self.place(voxels, in: columns) }
  private func y(_ value: Double) -> Double { top + height * (1 - Self.place(value, in: rows)) }

  /// A mark for each size that was measured.
  private var sizes: [String] {
    series.points.flatMap { point in
      let at = x(Double(point.voxels))
      return [
        SVG.line(x1: at, y1: top, x2: at, y2: top + height, class: "grid"),
        SVG.text("\(point.size)", x: at, y: top + height + 18, class: "axis", anchor: "middle"),
      ]
    } + [
      SVG.text("voxels a side", x: left + width / 2, y: top + height + 36, class: "axis", anchor: "middle")
    ]
  }

  /// 1, 2 and 5 of each power of ten within the range.
  private var ticks: [String] {
    let powers = Int(floor(log10(rows.lowerBound)))...Int(ceil(log10(rows.upperBound)))
    let values = powers.flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
    return values.filter(rows.contains).flatMap { value in
      [
        SVG.line(x1: left, y1: y(value), x2: left + width, y2: y(value), class: "grid"),
        SVG.text(ChartNumber.text(value), x: left - 8, y: y(value) + 4, class: "axis", anchor: "end"),
      ]
    }
  }

  private var line: [String] {
    guard let law = series.law else { return [] }
    let voxels = series.points.map { Double($0.voxels) }
    let ends = [voxels.min(), voxels.max()].compactMap { $0 }.map {
      "\(SVG.number(x($0))),\(SVG.number(y(law.value(at: $0))))"
    }
    return [
      "<polyline points=\"\(ends.joined(separator: " "))\" fill=\"none\" stroke=\"\(ChartColor.series[0])\" "
        + "stroke-width=\"2\"/>"
    ]
  }

  private var points: [String] {
    series.points.map { point in
      let fill = point.isDry ? "none" : ChartColor.series[0]
      return
        "<circle cx=\"\(SVG.number(x(Double(point.voxels))))\" cy=\"\(SVG.number(y(point.value)))\" r=\"4.5\" "
        + "fill=\"\(fill)\" stroke=\"\(ChartColor.series[0])\" stroke-width=\"2\">"
        + "<title>\(point.size): \(ChartNumber.text(point.value)) \(series.unit)</title></circle>"
    }
  }
}
