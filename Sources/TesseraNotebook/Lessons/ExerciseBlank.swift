extension LessonCell {
  /// What stands where the reader's part goes.
  private static let blank = "____"

  /// Whether `text` is this cell's code with something in the place of each blank.
  public func fills(with text: String) -> Bool {
    let pieces = code.trimmingBlanks.pieces(separatedBy: Self.blank)
    guard pieces.count > 1, let last = pieces.last, !text.contains(Self.blank) else { return false }
    let given = text.trimmingBlanks
    guard given.hasPrefix(pieces[0]) else { return false }
    var rest = given.dropFirst(pieces[0].count)
    for piece in pieces.dropFirst().dropLast() {
      guard let range = rest.dropFirst().firstRange(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last) && rest.count > last.count
  }
}
