/// A matrix as a field of shades.
struct GridChart {
  /// What the shades run between.
  enum Palette {
    /// Pale to dark blue: a matrix of numbers.
    case heat
    /// Black to white: a picture.
    case gray
  }

  let title: String
  let palette: Palette
  private let rows: [[Double]]
  /// The extents before the grid was made coarser.
  private let extents: (rows: Int, columns: Int)

  /// Cells a side of a picture at most; more are averaged.
  private static let mostCells = 128
  /// The same on a terminal, where a cell is two characters wide.
  private static let mostColumns = 36

  init(title: String, rows: [[Double]], palette: Palette) {
    self.title = title
    self.palette = palette
    self.rows = rows
    extents = (rows.count, rows.first?.count ?? 0)
  }

  var chart: Chart { Chart(svg: svg, text: text) }

  private var range: ChartRange { ChartRange(rows.joined()) }

  private var summary: String {
    let finite = rows.joined().filter(\.isFinite)
    return "\(extents.rows) × \(extents.columns), from \(ChartNumber.text(finite.min() ?? .nan)) to "
      + ChartNumber.text(finite.max() ?? .nan)
  }

  /// The matrix with at most `limit` cells a side, each the mean of those it stands for.
  private func coarse(_ limit: Int) -> [[Double]] {
    let step = max(1, (max(extents.rows, extents.columns) + limit - 1) / limit)
    return stride(from: 0, to: extents.rows, by: step).map { top in
      stride(from: 0, to: extents.columns, by: step).map { left in
        let block = rows[top..<min(top + step, extents.rows)].flatMap {
          $0[left..<min(left + step, extents.columns)]
        }
        return block.reduce(0, +) / Double(block.count)
      }
    }
  }

  private var text: String {
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    let range = range
    let lines = coarse(Self.mostColumns).map { row in
      row.map { value in
        let share = range.place(of: value)
        let shade = share.map { shades[Int(($0 * Double(shades.count - 1)).rounded())] } ?? "?"
        return String(repeating: shade, count: 2)
      }.joined()
    }
    let border = String(repeating: "─", count: (lines.first?.count ?? 0))
    let framed = ["┌\(border)┐"] + lines.map { "│\($0)│" } + ["└\(border)┘"]
    return ((title.isEmpty ? [] : [title]) + framed + [summary]).joined(separator: "\n")
  }

  private var svg: String {
    let range = range
    let cells = coarse(Self.mostCells)
    let side = max(2, min(24, 512 / Double(max(1, max(cells.count, cells.first?.count ?? 1)))))
    let squares = cells.enumerated().flatMap { row, values in
      values.enumerated().map { column, value in
        SVG.rect(
          x: 16 + Double(column) * side, y: 44 + Double(row) * side, width: side, height: side,
          fill: range.place(of: value).map(color) ?? "#D55E00")
      }
    }
    let heading = title.isEmpty ? "A matrix" : title
    let (width, height) = (Double(cells.first?.count ?? 0) * side, Double(cells.count) * side)
    return SVG.document(
      width: max(360, width + 32), height: height + 80, title: heading, description: summary + ".",
      body: [SVG.text(heading, x: 16, y: 28, class: "title")] + squares
        + [SVG.text(summary, x: 16, y: height + 66, class: "axis")])
  }

  private func color(_ share: Double) -> String {
    switch palette {
    case .heat: ChartColor.between((0xE8, 0xF1, 0xFA), (0x08, 0x30, 0x6B), share)
    case .gray: ChartColor.between((0, 0, 0), (255, 255, 255), share)
    }
  }
}
