/// Rewrites the output fences of a lesson with what its cells printed.
public enum LessonUpdate {
  /// The lesson's text with new fences; text that needs no change comes back as it is.
  ///
  /// - Parameters:
  ///   - outputs: By cell id, what a cell printed that does not match its fence or has none. Fences that match
  ///     are not among them, so their wildcards survive.
  public static func apply(_ outputs: [String: String], to text: String, path: String) -> String {
    let lesson = LessonParser.parse(text, path: path)
    let lineEnding = text.contains("\r\n") ? "\r\n" : "\n"
    var lines = text.lessonLines.map(String.init)
    // From the end, so that the line numbers of the cells above stay true.
    for cell in lesson.cells.reversed() {
      guard let output = outputs[cell.id] else { continue }
      let body = OutputComparison.lines(of: output).map(String.init)
      if let fence = cell.output {
        replace(fence, with: body, in: &lines)
      } else if !body.isEmpty {
        lines.insert(contentsOf: [""] + fenced(body, info: "output"), at: cell.endLine)
      }
    }
    return lines.joined(separator: lineEnding) + (text.last?.isNewline == true ? lineEnding : "")
  }

  private static func replace(_ fence: OutputFence, with body: [String], in lines: inout [String]) {
    let opening = lines[fence.line - 1].trimmingBlanks
    let info = opening.drop { $0 == "`" }.trimmingBlanks
    lines.replaceSubrange((fence.line - 1)..<fence.endLine, with: fenced(body, info: info))
  }

  /// The body between fences longer than any run of backticks that starts a line of it.
  private static func fenced(_ body: [String], info: String) -> [String] {
    let longest = body.map { $0.trimmingBlanks.prefix { $0 == "`" }.count }.max() ?? 0
    let ticks = String(repeating: "`", count: max(3, longest + 1))
    return [ticks + info] + body + [ticks]
  }
}
