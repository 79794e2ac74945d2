/// A source as bytes with the places of its lines; turns spans into what people read.
final class SourceFile: Sendable {
  let source: SourceText
  let bytes: [UInt8]
  /// Tells an imported file's names from the session's; empty for the session.
  let modulePrefix: String
  private let lineStarts: [Int]

  init(_ source: SourceText, modulePrefix: String = "") {
    self.source = source
    self.modulePrefix = modulePrefix
    bytes = Array(source.text.utf8)
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// The text of a span.
  func text(_ span: Span) -> String { String(decoding: bytes[span.start..<span.end], as: UTF8.self) }

  func location(of offset: Int) -> SourceLocation {
    let line = lineIndex(of: offset)
    let column = String(decoding: bytes[lineStarts[line]..<min(offset, bytes.count)], as: UTF8.self)
      .unicodeScalars.count
    return SourceLocation(name: source.name, line: source.firstLine + line, column: column + 1)
  }

  /// The number of the line that holds `offset`.
  func line(of offset: Int) -> Int { source.firstLine + lineIndex(of: offset) }

  func excerpt(of span: Span) -> Diagnostic.Excerpt {
    let line = lineIndex(of: span.start)
    let start = lineStarts[line]
    var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let marked = span.start..<max(span.start, min(span.end, end))
    return Diagnostic.Excerpt(
      line: String(decoding: bytes[start..<max(start, end)], as: UTF8.self),
      column: location(of: span.start).column,
      width: max(1, String(decoding: bytes[marked], as: UTF8.self).unicodeScalars.count))
  }

  func diagnostic(
    _ code: String, _ kind: Diagnostic.Kind, _ title: String, at span: Span, help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code: code, kind: kind, title: title, location: location(of: span.start), excerpt: excerpt(of: span),
      help: help)
  }

  /// A remark that points at a second place in this source.
  func note(_ label: String, at span: Span) -> Diagnostic.Note {
    Diagnostic.Note(label, location: location(of: span.start), line: excerpt(of: span).line)
  }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
