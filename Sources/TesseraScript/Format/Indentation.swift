/// How far lines stand in.
enum Indentation {
  private struct Bracket {
    /// The level of the line that opened it.
    let level: Int
    let isBlock: Bool
  }

  /// A level for each line.
  ///
  /// What a bracket holds stands one further in than the line that opened it, however many that line opened; so does
  /// the rest of a statement that goes on over lines.
  static func levels(of lines: [SourceLine]) -> [Int] {
    var brackets: [Bracket] = []
    return lines.map { line in
      let level = level(of: line, in: brackets)
      for piece in line.pieces {
        if piece.opens {
          brackets.append(Bracket(level: level, isBlock: piece.role == .blockOpen))
        } else if piece.closes {
          _ = brackets.popLast()
        }
      }
      return level
    }
  }

  private static func level(of line: SourceLine, in brackets: [Bracket]) -> Int {
    let closed = line.pieces.prefix { $0.closes }.count
    if closed > 0 { return brackets.dropLast(closed - 1).last?.level ?? 0 }
    let level = brackets.last.map { $0.level + 1 } ?? 0
    return line.isContinuation ? level + 1 : level
  }
}
