extension VolumeView {
  /// A panel at most: two stand side by side in 80 columns.
  private static let mostColumns = 35
  private static let mostRows = 20
  /// Labels that the legend lists at most.
  private static let mostEntries = 12
  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]

  /// Axial and coronal beside each other, sagittal below, then what they show.
  var text: String {
    let panels = planes.map(panel)
    let lines =
      (title.isEmpty ? [] : [title]) + Self.beside(panels[0], panels[1]) + panels[2] + captions + legend
    return lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// One line a label: its mark, and how many voxels it has.
  var legend: [String] {
    let rows = entries.prefix(Self.mostEntries).map { entry in
      "\(entry.mark) label \(entry.label): \(ByteText.grouped(entry.voxels)) voxel"
        + (entry.voxels == 1 ? "" : "s")
    }
    let rest = entries.count - rows.count
    return rows + (rest > 0 ? ["and \(rest) labels more"] : [])
  }

  /// Millimetres that a column stands for, one scale for all planes; a row is as high as two columns are wide.
  private var columnWidth: Double {
    let needed = planes.flatMap { plane in
      let size = size(of: plane)
      return [size.width / Double(Self.mostColumns), size.height / Double(2 * Self.mostRows)]
    }
    return max(needed.max() ?? 1, (content.spacing.min() ?? 1) / 2)
  }

  /// A plane with its name, frame and letters; all lines are equally long.
  private func panel(_ plane: VolumePlane) -> [String] {
    let rows = cells(of: plane)
    let border = String(repeating: "─", count: rows[0].count)
    let letters = content.axes == nil ? nil : plane
    func centred(_ letter: Character?) -> [String] {
      letter.map { [String(repeating: " ", count: 2 + (rows[0].count - 1) / 2) + String($0)] } ?? []
    }
    let framed = rows.enumerated().map { number, row in
      let isMiddle = number == (rows.count - 1) / 2
      let (left, right) = isMiddle ? (letters?.across.from ?? " ", letters?.across.to ?? " ") : (" ", " ")
      return "\(left)│\(String(row))│\(right)"
    }
    let lines =
      [" " + name(of: plane)] + centred(letters?.down.from) + [" ┌\(border)┐"] + framed
      + [" └\(border)┘"] + centred(letters?.down.to)
    let width = lines.map(\.count).max() ?? 0
    return lines.map { $0 + String(repeating: " ", count: width - $0.count) }
  }

  private static func beside(_ left: [String], _ right: [String]) -> [String] {
    let blank = String(repeating: " ", count: left.first?.count ?? 0)
    return (0..<max(left.count, right.count)).map { row in
      (row < left.count ? left[row] : blank) + "  " + (row < right.count ? right[row] : "")
    }
  }

  /// Each cell shows the mean of its pixels, or the label that covers at least half of them.
  private func cells(of plane: VolumePlane) -> [[Character]] {
    let (width, height, places) = places(of: plane)
    let size = size(of: plane)
    let columns = max(1, Int((size.width / columnWidth).rounded()))
    let rows = max(1, Int((size.height / columnWidth / 2).rounded()))
    func span(_ cell: Int, of cells: Int, _ pixels: Int) -> Range<Int> {
      let start = cell * pixels / cells
      return start..<max(start + 1, (cell + 1) * pixels / cells)
    }
    return (0..<rows).map { row in
      (0..<columns).map { column in
        cell(
          span(row, of: rows, height).flatMap { y in
            span(column, of: columns, width).map { places[y * width + $0] }
          })
      }
    }
  }

  private func cell(_ places: [Int]) -> Character {
    if let mark = mark(of: places) { return mark }
    let finite = places.map { Double(content.values[$0]) }.filter(\.isFinite)
    guard !finite.isEmpty else { return "?" }
    let share = window.place(of: finite.reduce(0, +) / Double(finite.count)) ?? 0
    return Self.shades[Int((min(1, max(0, share)) * Double(Self.shades.count - 1)).rounded())]
  }

  private func mark(of places: [Int]) -> Character? {
    guard let labels = content.labels else { return nil }
    var counts: [Int: Int] = [:]
    for place in places where labels[place] != 0 { counts[labels[place], default: 0] += 1 }
    guard 2 * counts.values.reduce(0, +) >= places.count,
      let label = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) })?.key
    else { return nil }
    return entries.first { $0.label == label }?.mark
  }
}
