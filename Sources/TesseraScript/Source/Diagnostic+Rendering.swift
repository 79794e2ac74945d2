extension Diagnostic {
  /// Where nobody says how wide the output is: enough for the lines of most sources.
  public static let usualColumns = 160

  /// The diagnostic as text: code and title, place, line, carets, notes, one next step, calls.
  ///
  /// Of source lines wider than `columns` the part around what is marked is shown.
  public func rendered(color: Bool, columns: Int = usualColumns) -> String {
    let paint = Paint(enabled: color)
    var lines = [paint.strong("\(label)[\(code)]: \(title)", as: kind == .warning ? .yellow : .red)]
    lines.append("  at \(location.name):\(location.line):\(location.column)")
    lines += excerptLines(paint, columns)
    for note in notes { lines += noteLines(note, paint, columns) }
    if let help {
      let indented = help.split(separator: "\n").joined(separator: "\n      ")
      lines.append(paint.strong("help:", as: .cyan) + " " + indented)
    }
    lines += traceLines
    return lines.joined(separator: "\n")
  }

  private var label: String {
    switch kind {
    case .warning: "warning"
    case .incomplete: "unfinished"
    case .interrupted: "interrupted"
    default: "error"
    }
  }

  private func excerptLines(_ paint: Paint, _ columns: Int) -> [String] {
    guard let excerpt else { return [] }
    let number = String(location.line)
    let gutter = String(repeating: " ", count: number.count)
    let window = ExcerptWindow(excerpt, columns: columns - number.count - Self.gutterColumns)
    return [
      "  \(number) | \(window.text)", "  \(gutter) | \(window.lead)" + paint.strong(window.carets, as: .red),
    ]
  }

  /// Two blanks before the number of a line, and ` | ` after it.
  private static let gutterColumns = 5

  private func noteLines(_ note: Note, _ paint: Paint, _ columns: Int) -> [String] {
    guard let place = note.location else { return [paint.strong("note:", as: .blue) + " " + note.label] }
    let head = paint.strong("note:", as: .blue) + " \(note.label) (\(place.name):\(place.line))"
    guard let line = note.line else { return [head] }
    let window = ExcerptWindow(
      Excerpt(line: line, column: place.column, width: 1),
      columns: columns - String(place.line).count - Self.gutterColumns)
    return [head, "  \(place.line) | \(window.text)"]
  }

  /// Longest trace shown whole; of a deeper one the two ends are shown, which is where the reasons are.
  private static let longestTrace = 12

  private var traceLines: [String] {
    let shown = trace.map { "  in \($0.function) at \($0.location.name):\($0.location.line)" }
    guard shown.count > Self.longestTrace else { return shown }
    let half = Self.longestTrace / 2
    let hidden = "  … \(shown.count - 2 * half) more calls"
    return shown.prefix(half) + [hidden] + shown.suffix(half)
  }
}

/// Terminal colours, or none.
private struct Paint {
  enum Hue: Int {
    case red = 31
    case yellow = 33
    case blue = 34
    case cyan = 36
  }
  let enabled: Bool
  func strong(_ text: String, as hue: Hue) -> String {
    enabled ? "\u{1B}[1;\(hue.rawValue)m\(text)\u{1B}[0m" : text
  }
}
