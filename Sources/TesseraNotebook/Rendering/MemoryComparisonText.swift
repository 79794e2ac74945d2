import TesseraTensor

extension MemoryComparison {
  /// The comparison as a table and its sentences.
  ///
  /// - Parameter timing: seconds measured in interleaved rounds, which say more than one run's.
  public func rendered(timing: PolicyTiming? = nil, style: TextStyle = .plain) -> String {
    let sentences = (gradientSentences + peakSentences).joined(separator: "\n")
    let caution = warnings.map { style.apply(.yellow, "warning: ") + $0 }.joined(separator: "\n")
    let times = timing.map { timingTable($0).rendered(style: style) } ?? ""
    return [table.rendered(style: style), sentences, times, caution].filter { !$0.isEmpty }
      .joined(separator: "\n\n")
  }

  /// A row a fact and a column a run, each but the first with what changed.
  public var table: Table {
    let others = reports.dropFirst().flatMap { [$0.label, "change", "%"] }
    return Table(
      header: [""] + reports.prefix(1).map(\.label) + others,
      rows: rows.map { row in
        [row.name, text(row.values.first ?? nil, row.unit)]
          + row.values.indices.dropFirst().flatMap { cells(row, $0) }
      })
  }

  private func cells(_ row: Row, _ index: Int) -> [String] {
    let change = row.change(index)
    return [
      text(row.values[index], row.unit), change.map { signed($0.absolute, row.unit) } ?? "",
      change?.share.map { share in
        let percent = ByteCount.fixed(100 * share, digits: 1)
        return share > 0 ? "+\(percent) %" : "\(percent) %"
      } ?? "",
    ]
  }

  private func signed(_ value: Double, _ unit: Unit) -> String {
    (value > 0 ? "+" : "") + (text(value, unit))
  }

  private func text(_ value: Double?, _ unit: Unit) -> String {
    guard let value else { return "" }
    switch unit {
    case .bytes: return ByteCount.size(Int(value))
    case .seconds: return value < 0 ? "-\(ByteCount.seconds(-value))" : ByteCount.seconds(value)
    case .count: return "\(Int(value))"
    }
  }

  private var gradientSentences: [String] {
    zip(reports.dropFirst(), gradients).filter { $1 != .absent }.map { report, agreement in
      let name = reports.count > 2 ? "gradients of \"\(report.label)\"" : "gradients"
      return "\(name): \(agreement.text)"
    }
  }

  private func timingTable(_ timing: PolicyTiming) -> Table {
    Table(
      header: ["time of a step, \(timing.rounds) rounds in turn", ""],
      rows: timing.policies.map { [$0.name, $0.text] })
  }
}
