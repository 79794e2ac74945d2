import TesseraScript

/// Rows and columns of text.
public struct Table: Sendable, Equatable {
  /// What stands above the columns.
  public let header: [String]
  /// The cells, each row as long as the header.
  public let rows: [[String]]

  /// A table; rows that are too short are filled with empty cells.
  public init(header: [String], rows: [[String]]) {
    self.header = header
    self.rows = rows.map { $0 + Array(repeating: "", count: max(0, header.count - $0.count)) }
  }

  /// The table as lines: columns two blanks apart, numbers to the right, no lines drawn.
  public func rendered(style: TextStyle = .plain) -> String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].displayWidth }.max() ?? 0
    }
    let heading = line(header, widths).map { style.apply(.bold, $0) }
    return (heading + rows.flatMap { line($0, widths) }).joined(separator: "\n")
  }

  /// One row; an array, so that an empty header gives no line.
  private func line(_ cells: [String], _ widths: [Int]) -> [String] {
    guard cells.contains(where: { !$0.isEmpty }) else { return [] }
    let padded = cells.indices.map { column in
      let blanks = String(repeating: " ", count: max(0, (widths[column] - cells[column].displayWidth)))
      return isNumeric(column) ? blanks + cells[column] : cells[column] + blanks
    }
    let text = padded.joined(separator: "  ")
    return [String(text.reversed().drop { $0 == " " }.reversed())]
  }

  /// A column is numeric when every filled cell starts like a number.
  private func isNumeric(_ column: Int) -> Bool {
    let filled = rows.map { $0[column] }.filter { !$0.isEmpty }
    return !filled.isEmpty && filled.allSatisfy { $0.drop { "+-−".contains($0) }.first?.isNumber == true }
  }
}
