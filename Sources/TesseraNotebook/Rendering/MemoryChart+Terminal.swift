import TesseraTensor

extension MemoryChart {
  private static let plotWidth = 60
  private static let plotHeight = 8

  /// The chart in characters, at most 72 columns wide.
  public func text(style: TextStyle = .plain, isASCII: Bool = false) -> String {
    let glyphs = isASCII ? TerminalGlyphs.ascii : .blocks
    let panels = reports.map { panel($0, glyphs, style) }
    let shades = zip(Shade.allCases, ["parameter, optimizer, input", "gradient", "activation", "temporary"])
      .map { "\(style.apply($0.role, String(glyphs.shades[$0.rawValue]))) \($1)" }
    return (panels + [shades.joined(separator: "  ") + "\nf forward  r recompute  b backward  s step"])
      .joined(separator: "\n\n")
  }

  private func panel(_ report: MemoryReport, _ glyphs: TerminalGlyphs, _ style: TextStyle) -> String {
    let columns = report.timeline.columns(Self.plotWidth, axis: axis)
    let title = "\(report.label): peak \(ByteCount.size(report.peakBytes)) in \(report.peak.place)"
    var lines = [style.apply(.bold, String(title.prefix(72)))]
    for row in (0..<Self.plotHeight).reversed() {
      lines.append("\(label(row)) \(glyphs.axis)" + cells(columns, row, glyphs, style))
    }
    lines.append(pad("0") + " " + glyphs.corner + String(repeating: glyphs.floor, count: columns.count))
    lines.append(pad("") + "  " + columns.map { String($0.phase.kind.rawValue.prefix(1)) }.joined())
    if let peak = columns.firstIndex(where: \.holdsPeak) {
      lines.append(pad("") + "  " + String(repeating: " ", count: peak) + glyphs.pointer + " peak")
    }
    return lines.map(\.trimmedEnd).joined(separator: "\n")
  }

  /// The scale at the top, in the middle, and nowhere else.
  private func label(_ row: Int) -> String {
    switch row {
    case Self.plotHeight - 1: pad(ByteCount.size(top))
    case Self.plotHeight / 2 - 1: pad(ByteCount.size(top / 2))
    default: pad("")
    }
  }

  private func pad(_ text: String) -> String {
    String(repeating: " ", count: max(0, 9 - text.count)) + text
  }

  private func cells(
    _ columns: [MemoryTimeline.Column], _ row: Int, _ glyphs: TerminalGlyphs, _ style: TextStyle
  ) -> String {
    let middle = (Double(row) + 0.5) / Double(Self.plotHeight) * Double(top)
    var text = ""
    var run = (shade: Shade?.none, count: 0)
    func flush() {
      let glyph = run.shade.map { glyphs.shades[$0.rawValue] } ?? " "
      let cells = String(repeating: glyph, count: run.count)
      text += run.shade.map { style.apply($0.role, cells) } ?? cells
    }
    for column in columns {
      let shade = Self.shade(in: column.bytes, at: middle)
      if shade == run.shade {
        run.count += 1
      } else {
        flush()
        run = (shade, 1)
      }
    }
    flush()
    return text
  }

  /// The layer of the stack at a height; nil above it.
  private static func shade(in bytes: CategoryBytes, at height: Double) -> Shade? {
    var sum = 0
    for band in bands {
      sum += bytes[band.category]
      if height < Double(sum) { return band.shade }
    }
    return nil
  }
}

extension MemoryChart.Shade {
  fileprivate var role: TextStyle.Role {
    switch self {
    case .lasting: .cyan
    case .gradient: .green
    case .activation: .yellow
    case .temporary: .red
    }
  }
}

/// The characters of a drawing.
struct TerminalGlyphs {
  let shades: [Character]
  let axis: String
  let corner: String
  let floor: String
  let pointer: String

  static let blocks = TerminalGlyphs(
    shades: ["█", "▓", "▒", "░"], axis: "│", corner: "└", floor: "─", pointer: "▲")
  static let ascii = TerminalGlyphs(
    shades: ["#", "=", "+", "."], axis: "|", corner: "+", floor: "-", pointer: "^")
}

extension String {
  /// Without blanks at the end, which editors and diffs complain about.
  var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
