/// The opening line of a fenced block, as CommonMark defines it.
struct Fence {
  enum Kind { case cell, output, other }

  /// How many backticks; the closing line needs at least as many.
  let ticks: Int
  /// Blanks before the backticks, dropped from every line of the body.
  let indent: Int
  /// The words after the backticks.
  let info: [String]

  /// What the block is to a lesson.
  var kind: Kind {
    switch info.first {
    case "tessera": .cell
    case "output": .output
    default: .other
    }
  }

  /// Nil when the line opens no fence.
  ///
  /// Four or more blanks make an indented code block, not a fence.
  init?(opening line: Substring) {
    indent = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(indent)
    ticks = rest.prefix { $0 == "`" }.count
    let after = rest.dropFirst(ticks)
    guard indent < 4, ticks >= 3, !after.contains("`") else { return nil }
    info = after.trimmingBlanks.split(separator: " ").map(String.init)
  }

  /// Whether the line ends this block.
  func isClosed(by line: Substring) -> Bool {
    let text = line.trimmingBlanks
    return text.count >= ticks && text.allSatisfy { $0 == "`" }
  }

  /// The line without the fence's own indentation.
  func unindented(_ line: Substring) -> Substring {
    line.dropFirst(min(indent, line.prefix { $0 == " " }.count))
  }
}

extension String {
  /// The lines of a file: `\n` and `\r\n` both end one, and a final line ending starts no further line.
  var lessonLines: [Substring] {
    var lines = split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
