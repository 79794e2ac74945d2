/// The part of a source line that a terminal has room for, and what stands under it.
struct ExcerptWindow {
  /// The line, with `…` where it was cut.
  let text: String
  /// What goes before the carets, so that they stand under what they mark.
  let lead: String
  let carets: String

  private static let cut = "…"

  init(_ excerpt: Diagnostic.Excerpt, columns: Int) {
    let scalars = Array(excerpt.line.unicodeScalars)
    let start = min(max(0, excerpt.column - 1), scalars.count)
    let shown = Self.shown(scalars, around: start, columns: max(8, columns))
    let marked = start..<max(start, min(start + excerpt.width, shown.upperBound))
    let before = shown.lowerBound > 0 ? Self.cut : ""
    text = before + Self.text(scalars[shown]) + (shown.upperBound < scalars.count ? Self.cut : "")
    // Tabs are kept so that the carets stand right at any tab width.
    lead =
      String(repeating: " ", count: before.count)
      + scalars[shown.lowerBound..<start].map {
        $0 == "\t" ? "\t" : String(repeating: " ", count: $0.displayWidth)
      }
      .joined()
    carets = String(repeating: "^", count: max(1, Self.text(scalars[marked]).displayWidth))
  }

  /// The whole line where it fits; else what fits, with a third of the room for what comes before `start`.
  private static func shown(_ scalars: [Unicode.Scalar], around start: Int, columns: Int) -> Range<Int> {
    if scalars.reduce(0, { $0 + $1.displayWidth }) <= columns { return 0..<scalars.count }
    var (first, last, used) = (start, start, 0)
    while first > 0, used + scalars[first - 1].displayWidth <= columns / 3 {
      first -= 1
      used += scalars[first].displayWidth
    }
    // Two columns are for the signs of the cuts.
    while last < scalars.count, used + scalars[last].displayWidth <= columns - 2 {
      used += scalars[last].displayWidth
      last += 1
    }
    return first..<last
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
