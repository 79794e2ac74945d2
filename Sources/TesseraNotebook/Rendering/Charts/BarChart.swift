/// Bars beside their labels.
struct BarChart {
  /// One bar.
  struct Bar {
    let label: String
    let value: Double
  }

  /// Bars drawn at most: a longer list is a matter for a histogram or a line.
  static let mostBars = 60

  let title: String
  let bars: [Bar]

  init(title: String, bars: [Bar]) {
    self.title = title
    self.bars = bars
  }

  /// How often values fall into each of `count` intervals of one width.
  init(title: String, histogramOf values: [Double], count: Int) {
    let range = ChartRange(values)
    var counts = [Int](repeating: 0, count: count)
    for place in values.compactMap(range.place) { counts[min(count - 1, Int(place * Double(count)))] += 1 }
    let width = (range.high - range.low) / Double(count)
    let edge = { (index: Int) in ChartNumber.text(range.low + Double(index) * width) }
    self.init(
      title: title,
      bars: counts.enumerated().map { index, count in
        Bar(label: "\(edge(index)) to \(edge(index + 1))", value: Double(count))
      })
  }

  var chart: Chart { Chart(svg: svg, text: text) }

  /// The longest bar, of either sign, is as long as the drawing.
  private var scale: Double {
    bars.map(\.value).filter(\.isFinite).map(abs).max().map { $0 > 0 ? $0 : 1 } ?? 1
  }

  // MARK: - On a terminal

  private static let columns = 40

  private var text: String {
    let width = bars.map(\.label.count).max() ?? 0
    let lines = bars.map { bar in
      let blanks = String(repeating: " ", count: width - bar.label.count)
      return "\(blanks)\(bar.label) │\(Self.bar(bar.value / scale)) \(ChartNumber.text(bar.value))"
    }
    return ((title.isEmpty ? [] : [title]) + lines).joined(separator: "\n")
  }

  /// Eighths of a column, so that small differences show; what is negative is lighter.
  private static func bar(_ share: Double) -> String {
    guard share.isFinite else { return "" }
    let eighths = Int((abs(share) * Double(columns * 8)).rounded())
    guard share >= 0 else { return String(repeating: "░", count: (eighths + 4) / 8) }
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  // MARK: - As a picture

  private var svg: String {
    let (rowHeight, left, width) = (22.0, 170.0, 440.0)
    let hasNegative = bars.contains { $0.value < 0 }
    let zero = hasNegative ? left + width / 2 : left
    let unit = hasNegative ? width / 2 : width
    let rows = bars.enumerated().flatMap { index, bar -> [String] in
      let y = 48 + Double(index) * rowHeight
      let length = bar.value.isFinite ? abs(bar.value) / scale * unit : 0
      let start = bar.value < 0 ? zero - length : zero
      return [
        SVG.text(bar.label, x: left - 8, y: y + 13, class: "axis", anchor: "end"),
        SVG.rect(x: start, y: y, width: length, height: rowHeight - 5, fill: ChartColor.series[0]),
        SVG.text(ChartNumber.text(bar.value), x: left + width + 8, y: y + 13, class: "axis"),
      ]
    }
    let heading = title.isEmpty ? "Bars" : title
    return SVG.document(
      width: 700, height: 60 + Double(bars.count) * rowHeight, title: heading,
      description: bars.map { "\($0.label): \(ChartNumber.text($0.value))" }.joined(separator: ", ") + ".",
      body: [SVG.text(heading, x: 16, y: 28, class: "title")] + rows)
  }
}

/// Colours of charts: the first of Okabe and Ito's palette, which readers with any colour vision can tell apart.
enum ChartColor {
  static let series = ["#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"]

  /// A colour between two, as `#rrggbb`; `share` goes from 0 to 1.
  static func between(_ low: (Int, Int, Int), _ high: (Int, Int, Int), _ share: Double) -> String {
    let mix = { (a: Int, b: Int) in
      let value = String(Int((Double(a) + Double(b - a) * share).rounded()), radix: 16)
      return value.count == 1 ? "0" + value : value
    }
    return "#" + mix(low.0, high.0) + mix(low.1, high.1) + mix(low.2, high.2)
  }
}
