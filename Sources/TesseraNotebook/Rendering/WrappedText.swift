extension String {
  /// The text with its paragraphs in lines of at most `width` columns, later lines of each `indent` columns in.
  ///
  /// Lines that start with a blank are code or a table, and stay as they are.
  public func wrapped(width: Int, indent: Int = 0) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix(" ") ? String(line) : Self.lines(of: line, width: width, indent: indent)
    }.joined(separator: "\n")
  }

  private static func lines(of text: Substring, width: Int, indent: Int) -> String {
    let room = Swift.max(8, width)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > room {
        lines.append(line.trimmedEnd)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
