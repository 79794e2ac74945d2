import TesseraScript

/// Lays out the cells of a lesson; everything else stays as it is.
public enum LessonFormatting {
  /// The text of a lesson with its cells in the layout of ``Formatter``.
  ///
  /// A cell that is no program, such as one with a blank to fill or one that shows an error, stays as it is.
  public static func format(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var result: [String] = []
    var index = 0
    while index < lines.count {
      let line = lines[index]
      result.append(String(line))
      index += 1
      guard let fence = Fence(opening: line) else { continue }
      let body = lines[index...].prefix { !fence.isClosed(by: $0) }
      result += fence.kind == .cell ? formatted(Array(body), in: fence) : body.map(String.init)
      index += body.count
    }
    return result.joined(separator: "\n")
  }

  private static func formatted(_ body: [Substring], in fence: Fence) -> [String] {
    let options = body.prefix { fence.unindented($0).hasPrefix("#|") }
    let code = body.dropFirst(options.count).map(fence.unindented).joined(separator: "\n")
    guard let text = try? Formatter.format(SourceText(code, name: "cell")) else {
      return body.map(String.init)
    }
    let blanks = String(repeating: " ", count: fence.indent)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return options.map(String.init) + lines.map { $0.isEmpty ? "" : blanks + $0 }
  }
}
