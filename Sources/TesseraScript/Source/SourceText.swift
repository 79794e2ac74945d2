/// A piece of program text, with the name and first line it has for its reader.
public struct SourceText: Sendable {
  /// The program text.
  public let text: String
  /// What diagnostics call it: a file name, or `cell 3`.
  public let name: String
  /// The line number of the first line: a lesson's cell knows its place in its file.
  public let firstLine: Int

  /// Text called `name`, whose first line counts as `firstLine`.
  public init(_ text: String, name: String, firstLine: Int = 1) {
    self.text = text
    self.name = name
    self.firstLine = firstLine
  }
}

/// A place in a source, as people count: lines and columns from 1, columns in code points.
public struct SourceLocation: Sendable, Equatable {
  /// The name of the source.
  public let name: String
  /// The line, counted from the source's first line.
  public let line: Int
  /// The column, in Unicode code points from 1.
  public let column: Int

  /// The place at `line` and `column` of the source called `name`.
  public init(name: String, line: Int, column: Int) {
    self.name = name
    self.line = line
    self.column = column
  }
}
