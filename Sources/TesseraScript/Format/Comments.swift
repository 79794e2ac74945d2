/// Where comments stand.
enum Comments {
  /// The lines of code with their comments.
  ///
  /// A comment after code follows two blanks. Where the writer lined up the comments of lines that follow each other,
  /// they stay lined up.
  static func placed(_ lines: [SourceLine], codes: [String], indents: [Int]) -> [String] {
    var result = codes
    var index = 0
    while index < lines.count {
      guard let comment = lines[index].comment else {
        index += 1
        continue
      }
      if lines[index].pieces.isEmpty {
        result[index] = String(repeating: "    ", count: indents[index]) + spelled(comment)
        index += 1
        continue
      }
      let run = run(from: index, in: lines)
      let isAligned = Set(run.map { lines[$0].commentColumn }).count == 1
      let column = run.map { width(codes[$0]) }.max() ?? 0
      for place in run {
        let blanks = (isAligned ? column - width(codes[place]) : 0) + 2
        result[place] =
          codes[place] + String(repeating: " ", count: blanks) + spelled(lines[place].comment ?? "")
      }
      index = run.upperBound
    }
    return result
  }

  /// Lines that follow each other and have code and comment both.
  private static func run(from start: Int, in lines: [SourceLine]) -> Range<Int> {
    var end = start + 1
    while end < lines.count, lines[end].comment != nil, !lines[end].pieces.isEmpty,
      lines[end].blankLinesBefore == 0
    {
      end += 1
    }
    return start..<end
  }

  /// The width of a line's last line: a string may hold several.
  private static func width(_ code: String) -> Int { code.split(separator: "\n").last?.count ?? 0 }

  /// `#word` becomes `# word`; `#!`, `#|`, `#=>` and rows of `#` are signs of their own.
  private static func spelled(_ comment: String) -> String {
    let body = comment.drop { $0 == "#" }
    guard let first = body.first, first.isLetter || first.isNumber else { return comment }
    return String(comment.prefix(comment.count - body.count)) + " " + body
  }
}
