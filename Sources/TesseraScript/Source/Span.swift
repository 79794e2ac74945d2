/// A half-open range of a source, in UTF-8 bytes.
struct Span: Equatable, Sendable {
  var start: Int
  var end: Int

  /// From the start of this span to the end of `other`.
  func through(_ other: Span) -> Span { Span(start: start, end: max(end, other.end)) }
}
