import TesseraTensor

extension MemoryReport {
  /// The report as a page of tables.
  public func rendered(style: TextStyle = .plain) -> String {
    let heading = style.apply(
      .bold, "memory \"\(label)\": \(setting.device), \(setting.mode), seed \(setting.seed)")
    let tables = [facts, categoryTable, moduleTable, savedTable, largestTable]
    return ([heading] + tables.filter { !$0.rows.isEmpty }.map { $0.rendered(style: style) })
      .joined(separator: "\n\n")
  }

  /// One line: what a report shows inside other values.
  public var summary: String {
    "memory \"\(label)\": peak \(ByteCount.size(peakBytes)), \(ByteCount.size(peakAboveEntry)) above entry, "
      + "in \(peak.place)"
  }

  /// The numbers a reader asks for first.
  public var facts: Table {
    let shown: [(String, Int?, String)] = [
      ("peak", peakBytes, peak.description),
      ("peak above entry", peakAboveEntry, ""),
      ("live at entry", entryBytes, ""),
      ("live at the end of forward", forwardEnd?.liveBytes, ""),
      ("saved for backward", forwardEnd?.savedBytes, "parameters left out"),
      ("live at the end", exitBytes, ""),
      ("offloaded, beside all totals", offloadedPeak == 0 ? nil : offloadedPeak, "kept for backward"),
      ("workspace, beside all totals", workspacePeak == 0 ? nil : workspacePeak, ""),
    ]
    let bytes = shown.compactMap { name, bytes, note in
      bytes.map { [name, ByteCount.size($0), "\($0) B", note] }
    }
    return Table(header: ["", "size", "bytes", ""], rows: bytes + processFact + deviceFact + countedFacts)
  }

  /// The process's own size: what the machine had to have, beside what the ledger counted.
  private var processFact: [[String]] {
    guard let resident, let beside = besideLedger else { return [] }
    let gap = "\(ByteCount.size(abs(beside))) \(beside < 0 ? "less" : "more") than the ledger's peak"
    let cause = beside < 0 ? "pages not yet touched" : "program, arena, workspace"
    let whose = resident.isOwnPeak ? "" : "; since the program's start"
    return [
      [
        "process, resident at most", ByteCount.size(resident.peakBytes), "\(resident.peakBytes) B",
        "\(gap): \(cause)\(whose)",
      ]
    ]
  }

  /// The device's driver beside the ledger.
  private var deviceFact: [[String]] {
    guard let deviceBytes else { return [] }
    let beside = deviceBytes - peakBytes
    return [
      [
        "device, by its driver's count", ByteCount.size(deviceBytes), "\(deviceBytes) B",
        "\(ByteCount.size(abs(beside))) \(beside < 0 ? "less" : "more") than the ledger's peak: "
          + "blocks kept for later, staging, pipelines",
      ]
    ]
  }

  private var countedFacts: [[String]] {
    var rows: [[String]] = []
    if !recomputed.isEmpty { rows.append(["recomputed segments", "\(recomputed.count)", "", ""]) }
    if !gradients.isEmpty {
      rows.append([
        "leaves with gradients", "\(gradients.count)", "", gradientNorm.map { "norm \($0)" } ?? "",
      ])
    }
    if !setting.isDry {
      let phases = phaseSeconds.map { "\($0.phase.rawValue) \(ByteCount.seconds($0.seconds))" }
      rows.append(["time", ByteCount.seconds(seconds), "", phases.joined(separator: ", ")])
    }
    return rows
  }

  private var gradientNorm: String? {
    let norms = gradients.compactMap(\.norm)
    guard norms.count == gradients.count else { return nil }
    let norm = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return ByteCount.fixed(norm, digits: 4)
  }

  /// What was live at the peak, by category.
  public var categoryTable: Table {
    let counted = atPeak.categories.nonZero.filter(\.category.countsTowardsTotal)
    return shareTable(
      "at the peak", counted.map { ($0.category.name, $0.bytes) }, peakBytes)
  }

  /// What was live at the peak, by module.
  public var moduleTable: Table {
    shareTable("at the peak, by module", atPeak.modules.map { ($0.name, $0.bytes) }, peakBytes)
  }

  /// What the graph kept at the end of forward, by module.
  public var savedTable: Table {
    shareTable(
      "saved for backward, by module", (forwardEnd?.savedByModule ?? []).map { ($0.name, $0.bytes) },
      forwardEnd?.savedBytes ?? 0)
  }

  private func shareTable(_ title: String, _ shares: [(name: String, bytes: Int)], _ total: Int) -> Table {
    Table(
      header: [title, "size", "bytes", "share"],
      rows: shares.map { [$0.name, ByteCount.size($0.bytes), "\($0.bytes) B", percent($0.bytes, of: total)] })
  }

  /// The ten largest storages at the peak.
  public var largestTable: Table {
    Table(
      header: ["largest at the peak", "op", "for", "size", "made at"],
      rows: atPeak.largest.map { holder in
        [
          holder.layer.isEmpty ? MemoryModule.outside : holder.layer, holder.op, holder.category.name,
          ByteCount.size(holder.bytes), holder.mark.map { "\($0)" } ?? "",
        ]
      })
  }
}

extension MemoryReport.Peak {
  /// `backward in swinViT.layers1.0.blocks.0.attn, softmax at lesson:12`.
  var description: String {
    if event == nil { return "at entry" }
    let place = layer.isEmpty ? "" : " in \(layer)"
    return "\(phase.name)\(place), \(op)" + (mark.map { " at \($0)" } ?? "")
  }
}

/// `42.4 %`, or nothing of nothing.
func percent(_ part: Int, of whole: Int) -> String {
  whole == 0 ? "" : "\(ByteCount.fixed(100 * Double(part) / Double(whole), digits: 1)) %"
}

extension ByteCount {
  /// A size with its unit, as the engine writes it.
  static func size(_ bytes: Int) -> String { TesseraTensor.ByteCount.text(bytes) }

  /// A number with a fixed count of decimals.
  static func fixed(_ value: Double, digits: Int) -> String {
    TesseraTensor.ByteCount.fixed(value, digits: digits)
  }

  /// `1.20 s`, `34 ms`.
  static func seconds(_ value: Double) -> String {
    value < 1 ? "\(fixed(value * 1000, digits: 0)) ms" : "\(fixed(value, digits: 2)) s"
  }
}
