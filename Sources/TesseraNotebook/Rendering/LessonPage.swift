/// A lesson as text for a terminal, or the little of it that belongs into a pipe.
public struct LessonPage: Sendable {
  private let style: TextStyle
  private let isTerminal: Bool
  private let width: Int

  /// A page for a stream: on a terminal prose, code and outputs; elsewhere headings and outputs.
  public init(style: TextStyle, isTerminal: Bool, width: Int) {
    self.style = style
    self.isTerminal = isTerminal
    self.width = width
  }

  /// Markdown prose, lightly set: headings bold, paragraphs wrapped, the rest as it stands.
  public func prose(_ text: String) -> String {
    let lines = text.lessonLines.map(String.init)
    guard isTerminal else {
      return lines.filter { $0.hasPrefix("#") }.map { $0 + "\n" }.joined()
    }
    return "\n" + blocks(of: lines).map(rendered).joined(separator: "\n")
  }

  /// The code of a cell, marked at its left so that it is not taken for output.
  public func code(_ cell: LessonCell) -> String {
    guard isTerminal else { return "" }
    let lines = cell.code.lessonLines.map { style.apply(.dim, "  │ ") + $0 }
    return "\n" + lines.joined(separator: "\n") + "\n"
  }

  /// What follows the outputs of a cell.
  public func afterOutput(_ output: String) -> String {
    isTerminal || output.isEmpty || output.last?.isNewline == true ? "" : "\n"
  }

  /// A remark in the place of a cell that is not run.
  public func skipped(_ cell: LessonCell, because reason: String) -> String {
    guard isTerminal, cell.options.role != .hint else { return "" }
    return code(cell) + style.apply(.dim, "  (not run: \(reason))") + "\n"
  }

  /// Runs of lines that belong together: a paragraph, or lines that keep their breaks.
  private func blocks(of lines: [String]) -> [[String]] {
    var result: [[String]] = []
    var current: [String] = []
    for line in lines {
      if line.trimmingBlanks.isEmpty {
        if !current.isEmpty { result.append(current) }
        current = []
      } else {
        current.append(line)
      }
    }
    return current.isEmpty ? result : result + [current]
  }

  private func rendered(_ block: [String]) -> String {
    if let first = block.first, first.hasPrefix("#") {
      let heading = first.drop { $0 == "#" }.trimmingBlanks
      return style.apply(.bold, heading) + "\n" + (block.count > 1 ? rendered(Array(block.dropFirst())) : "")
    }
    let keepsBreaks = block.contains { line in
      ["- ", "* ", "|", "```", "> ", "    ", "<"].contains { line.hasPrefix($0) }
        || line.first?.isNumber == true
    }
    let lines =
      keepsBreaks
      ? block.map(Self.withoutTargets)
      : wrapped(
        Self.withoutTargets(block.joined(separator: " ")))
    return lines.map(inline).joined(separator: "\n") + "\n"
  }

  /// Links to pages and sites as their words: a terminal has nothing to click on.
  private static func withoutTargets(_ text: String) -> String {
    text.replacing(/\[([^\]]+)\]\((?:https?:[^)\s]*|[^)\s]+\.(?:md|tes|svg)(?:#[^)\s]*)?)\)/) { String($0.1) }
  }

  /// Lines of at most the terminal's width, and never wider than is easy to read.
  private func wrapped(_ text: String) -> [String] {
    let limit = min(width, 88)
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].isEmpty {
        lines[lines.count - 1] = String(word)
      } else if lines[lines.count - 1].count + 1 + word.count <= limit {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// `**bold**` and `` `code` `` without their marks, in colour where there is colour.
  private func inline(_ line: String) -> String {
    var result = ""
    for (index, part) in line.pieces(separatedBy: "**").enumerated() {
      let coded = part.pieces(separatedBy: "`").enumerated().map { place, text in
        place % 2 == 1 ? style.apply(.cyan, String(text)) : String(text)
      }.joined()
      result += index % 2 == 1 ? style.apply(.bold, coded) : coded
    }
    return result
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The pieces between occurrences of a separator.
  func pieces(separatedBy separator: String) -> [Substring] {
    var pieces: [Substring] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      pieces.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return pieces + [rest]
  }
}
