/// The blanks inside a line.
enum Spacing {
  static func text(of pieces: [Piece]) -> String {
    var result = ""
    var previous: Piece?
    for piece in pieces {
      if let previous, isSpaced(previous.role, piece.role) { result += " " }
      result += piece.text
      previous = piece
    }
    return result
  }

  private static func isSpaced(_ left: Piece.Role, _ right: Piece.Role) -> Bool {
    switch (left, right) {
    case (_, .close), (_, .suffix): false
    // `x[0, :]`: a comma keeps its blank.
    case (.suffix, _): true
    case (.tight, _), (.open, _), (.openTight, _), (.prefix, _): false
    case (_, .tight), (_, .openTight): false
    default: true
    }
  }
}
