import TesseraScript

/// What a cell can show: the closed list that every front end knows how to draw.
public enum Output: Sendable {
  /// Printed text, with its own line endings.
  case text(String)
  /// Rows and columns.
  case table(Table)
  /// A picture, with what stands for it on a terminal.
  case chart(Chart)
  /// What went wrong.
  case error(Diagnostic)

  /// The output as lines of text, each ended by a line ending.
  public func rendered(style: TextStyle = .plain, columns: Int = Diagnostic.usualColumns) -> String {
    switch self {
    case .text(let text): text
    case .table(let table): table.rendered(style: style) + "\n"
    case .chart(let chart): chart.text + "\n"
    case .error(let diagnostic): diagnostic.rendered(color: style == .ansi, columns: columns) + "\n"
    }
  }
}

/// A drawing in both of its forms.
public struct Chart: Sendable {
  /// A self-contained SVG document, with a title and a description in it.
  public let svg: String
  /// The same facts for a terminal, and for readers who do not see pictures.
  public let text: String

  /// A chart of its two forms.
  public init(svg: String, text: String) {
    self.svg = svg
    self.text = text
  }
}

extension [Output] {
  /// Adds an output; text that follows text joins it, so that two `print`s are one output.
  mutating func appendJoining(_ output: Output) {
    if case .text(let next) = output, case .text(let previous) = last {
      self[count - 1] = .text(previous + next)
    } else {
      append(output)
    }
  }
}
