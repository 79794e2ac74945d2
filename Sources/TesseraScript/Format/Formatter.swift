/// Lays programs out in the one way the project writes them.
///
/// Lines stay the writer's own, as do comments, strings and single blank lines; blanks inside a line, indentation, where a
/// block's brace stands and where comments begin are decided here. Formatting what was formatted changes nothing.
public enum Formatter {
  /// The program in the project's layout.
  ///
  /// - Throws: what is wrong with a text that is no program.
  public static func format(_ source: SourceText) throws(Diagnostic) -> String {
    let file = SourceFile(source)
    let parser = try Parser(file)
    _ = try parser.parseProgram()
    var lines = SourceLines(file, tokens: parser.tokens, blockStarts: parser.blockStarts).lines
    joinBraces(&lines)
    trimBlankLines(&lines)
    let indents = Indentation.levels(of: lines)
    let codes = zip(lines, indents).map { line, level in
      line.pieces.isEmpty ? "" : String(repeating: "    ", count: level) + Spacing.text(of: line.pieces)
    }
    let texts = Comments.placed(lines, codes: codes, indents: indents)
    var result = ""
    for (line, text) in zip(lines, texts) {
      result += String(repeating: "\n", count: line.blankLinesBefore) + text + "\n"
    }
    return result
  }

  /// A block's brace stands on its header's line.
  private static func joinBraces(_ lines: inout [SourceLine]) {
    var result: [SourceLine] = []
    for line in lines {
      if let last = result.last, last.comment == nil, line.pieces.first?.role == .blockOpen {
        result[result.count - 1].pieces += line.pieces
        result[result.count - 1].comment = line.comment
        result[result.count - 1].commentColumn = line.commentColumn
      } else {
        result.append(line)
      }
    }
    lines = result
  }

  /// No blank lines at the ends of the text or of a block; one between lines, two between parts of a file.
  private static func trimBlankLines(_ lines: inout [SourceLine]) {
    var depth = 0
    for index in lines.indices {
      let opensBefore = index > 0 && lines[index - 1].pieces.last?.opens ?? false
      let closesHere = lines[index].pieces.first?.closes ?? false
      let most = index == 0 || opensBefore || closesHere ? 0 : depth == 0 ? 2 : 1
      lines[index].blankLinesBefore = min(lines[index].blankLinesBefore, most)
      for piece in lines[index].pieces { depth += piece.opens ? 1 : piece.closes ? -1 : 0 }
    }
  }
}
