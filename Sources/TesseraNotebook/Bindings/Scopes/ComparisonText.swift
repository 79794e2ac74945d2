import TesseraTensor

extension MemoryComparison {
  /// The comparison as a table, with its sentences below.
  var text: String {
    let header = [""] + reports.map(\.label)
    let table = Table(header: header, rows: rows.map { row in [row.name] + row.values.map { Self.cell($0, row.unit) } })
    return ([table.rendered()] + gradients.map { "gradients: \($0.text)" } + peakSentences + warnings.map { "warning: \($0)" })
      .joined(separator: "\n")
  }

  private static func cell(_ value: Double?, _ unit: Unit) -> String {
    guard let value else { return "" }
    switch unit {
    case .bytes: return ByteText.text(Int(value))
    case .seconds: return "\(ByteText.fixed(value, digits: 3)) s"
    case .count: return "\(Int(value))"
    }
  }
}
