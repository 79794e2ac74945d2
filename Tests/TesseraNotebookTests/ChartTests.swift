import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import TesseraNotebook

/// Pictures of numbers: the same facts in text and in SVG.
@Suite struct ChartTests {
  static let awkward: [[Double]] = [
    [], [1], [0, 0, 0], [-1, 0, 1], [.nan, 1], [.infinity, 2, 3], [1e-12, 1e12],
    Array(repeating: 5, count: 400),
    (0..<1000).map(Double.init),
  ]

  /// Each kind of picture of the same numbers.
  private func charts(_ values: [Double], title: String = "a < b & \"c\"") -> [Chart] {
    [
      BarChart(title: title, bars: values.prefix(20).map { .init(label: "<\($0)>", value: $0) }).chart,
      BarChart(title: title, histogramOf: values, count: 7).chart,
      LineChart(title: title, series: [values, values.reversed()]).chart,
      GridChart(title: title, rows: [values, values], palette: .heat).chart,
      GridChart(title: title, rows: [values, values], palette: .gray).chart,
    ]
  }

  @Test(arguments: awkward.indices)
  func `every picture is XML with a title and a description, whatever the numbers`(_ index: Int) throws {
    for chart in charts(Self.awkward[index]) {
      let document = XMLParser(data: Data(chart.svg.utf8))
      #expect(document.parse(), "\(chart.svg.prefix(300))")
      #expect(chart.svg.contains("<title id=") && chart.svg.contains("<desc id="))
      #expect(!chart.svg.contains("nan\"") && !chart.svg.contains("inf\""))
    }
  }

  @Test(arguments: awkward.indices)
  func `every picture fits 80 columns and has no blank at a line's end`(_ index: Int) {
    for chart in charts(Self.awkward[index]) {
      for line in chart.text.split(separator: "\n") {
        #expect(line.count <= 80, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
    }
  }

  @Test func `a histogram counts every finite value once`() {
    let values = (0..<1000).map { Double($0 % 37) } + [.nan, .infinity]
    let chart = BarChart(title: "", histogramOf: values, count: 10)
    #expect(chart.bars.map(\.value).reduce(0, +) == 1000)
  }

  @Test func `a large matrix is averaged, not cut`() {
    let rows = (0..<200).map { row in (0..<200).map { $0 < 100 && row < 100 ? 1.0 : 0.0 } }
    let chart = GridChart(title: "", rows: rows, palette: .heat).chart
    #expect(chart.text.contains("200 × 200, from 0 to 1"))
    let dark = chart.text.filter { $0 == "█" }.count
    let all = chart.text.split(separator: "\n").filter { $0.hasPrefix("│") }.map(\.count).reduce(0, +)
    #expect(abs(Double(dark) / Double(all) - 0.25) < 0.05)
  }

  @Test(
    arguments: [
      (0, "0"), (3, "3"), (-2.5, "-2.50"), (0.05, "0.050"), (1234.5, "1235"), (1e-7, "1.0e-7"),
      (2.5e9, "2.5e9"),
      (1e20, "1.0e20"), (.nan, "nan"), (-.infinity, "-inf"),
    ] as [(Double, String)])
  func `a number has three digits or so`(value: Double, text: String) {
    #expect(ChartNumber.text(value) == text)
  }

  @Test(arguments: [(10, 3), (40, 3), (80, 0), (80, 12)])
  func `progress keeps to its width`(width: Int, done: Int) {
    for label in ["", "train", "a label that is long"] {
      let progress = LoopProgress(label: label, done: done, total: 12, seconds: 7)
      #expect(progress.line(width: width).count <= width, "\(progress.line(width: width))")
    }
  }
}
