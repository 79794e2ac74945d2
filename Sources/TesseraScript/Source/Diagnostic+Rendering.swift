extension Diagnostic {
  /// The diagnostic as text: code and title, place, line, carets, notes, one next step, calls.
  public func rendered(color: Bool) -> String {
    let paint = Paint(enabled: color)
    var lines = [paint.strong("\(label)[\(code)]: \(title)", as: kind == .warning ? .yellow : .red)]
    lines.append("  at \(location.name):\(location.line):\(location.column)")
    lines += excerptLines(paint)
    for note in notes { lines += noteLines(note, paint) }
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

  private func excerptLines(_ paint: Paint) -> [String] {
    guard let excerpt else { return [] }
    let number = String(location.line)
    let gutter = String(repeating: " ", count: number.count)
    // Tabs are kept in the lead so that the carets stand under the text at any tab width.
    let lead = excerpt.line.unicodeScalars.prefix(excerpt.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    let carets = String(repeating: "^", count: max(1, excerpt.width))
    return ["  \(number) | \(excerpt.line)", "  \(gutter) | \(lead)" + paint.strong(carets, as: .red)]
  }

  private func noteLines(_ note: Note, _ paint: Paint) -> [String] {
    guard let place = note.location else { return [paint.strong("note:", as: .blue) + " " + note.label] }
    let head = paint.strong("note:", as: .blue) + " \(note.label) (\(place.name):\(place.line))"
    guard let line = note.line else { return [head] }
    return [head, "  \(place.line) | \(line)"]
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
