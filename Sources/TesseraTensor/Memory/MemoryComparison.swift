/// Reports side by side, each against the first.
public struct MemoryComparison: Sendable {
  /// What a row's numbers are.
  public enum Unit: Sendable { case bytes, seconds, count }

  /// One fact in every run.
  public struct Row: Sendable {
    /// What it says.
    public let name: String
    /// What its numbers are.
    public let unit: Unit
    /// One number a run; nil where the run does not know it.
    public let values: [Double?]

    /// How far run `index` lies from the first, absolutely and as a share of it.
    public func change(_ index: Int) -> (absolute: Double, share: Double?)? {
      guard values.indices.contains(index), let first = values[0], let value = values[index] else {
        return nil
      }
      return (value - first, first == 0 ? nil : (value - first) / first)
    }
  }

  /// The reports that are compared.
  public let reports: [MemoryReport]
  /// The facts, in the order in which a reader asks for them.
  public let rows: [Row]
  /// How each run's gradients agree with the first run's; empty for a single run.
  public let gradients: [GradientAgreement]
  /// One sentence a run after the first on where the peak went.
  public let peakSentences: [String]
  /// What makes the comparison unfair.
  public let warnings: [String]

  /// Compares reports by their digests.
  public init(_ reports: [MemoryReport]) {
    self.init(reports, gradients: reports.dropFirst().map { GradientAgreement(reports[0], $0) })
  }

  /// Compares runs, by value where both kept their gradients.
  public init(_ runs: [MemoryRun]) {
    self.init(runs.map(\.report), gradients: runs.dropFirst().map { GradientAgreement(runs[0], $0) })
  }

  private init(_ reports: [MemoryReport], gradients: [GradientAgreement]) {
    self.reports = reports
    self.gradients = gradients
    rows = Self.facts.map { fact in
      Row(name: fact.name, unit: fact.unit, values: reports.map(fact.value))
    }.filter { row in row.values.contains { $0 != nil } }
    peakSentences = reports.dropFirst().map { Self.sentence(from: reports[0].peak, to: $0.peak) }
    warnings = reports.dropFirst().flatMap { Self.warnings(reports[0], $0) }
  }

  private static let facts: [(name: String, unit: Unit, value: @Sendable (MemoryReport) -> Double?)] = [
    ("peak", .bytes, { Double($0.peakBytes) }),
    ("peak above entry", .bytes, { Double($0.peakAboveEntry) }),
    ("live at the end of forward", .bytes, { $0.forwardEnd.map { Double($0.liveBytes) } }),
    ("saved for backward", .bytes, { $0.forwardEnd.map { Double($0.savedBytes) } }),
    ("live at entry", .bytes, { Double($0.entryBytes) }),
    ("live at the end", .bytes, { Double($0.exitBytes) }),
    ("recomputed segments", .count, { Double($0.recomputed.count) }),
    ("time", .seconds, { $0.setting.isDry ? nil : $0.seconds }),
  ]
}

extension MemoryComparison {
  /// Where the peak went, in a sentence such as "The peak moved: decoder1 → the recompute of layers1".
  private static func sentence(from first: MemoryReport.Peak, to second: MemoryReport.Peak) -> String {
    let (before, after) = (first.place, second.place)
    if before != after { return "The peak moved: \(before) → \(after)." }
    if first.phase.kind == second.phase.kind { return "The peak stayed in \(before)." }
    return "The peak stayed in \(before), but moved from \(first.phase.kind.rawValue) to "
      + "\(second.phase.kind.rawValue)."
  }

  private static func warnings(_ first: MemoryReport, _ other: MemoryReport) -> [String] {
    let pair = "\"\(first.label)\" and \"\(other.label)\""
    let entries = [first, other].map { $0.entryBytes - $0.keptByReportsAtEntry }
    var found: [String] = []
    func check(_ differs: Bool, _ sentence: @autoclosure () -> String) {
      if differs { found.append(sentence()) }
    }
    check(
      entries[0] != entries[1],
      "\(pair) began with different memory: \(ByteCount.text(entries[0])) and \(ByteCount.text(entries[1]))")
    check(
      first.keptByReportsAtEntry != other.keptByReportsAtEntry,
      "gradients kept by an earlier report were live in one of \(pair) "
        + "(\(ByteCount.text(max(first.keptByReportsAtEntry, other.keptByReportsAtEntry)))) "
        + "and are part of its peak")
    check(
      first.setting.seed != other.setting.seed,
      "\(pair) had different seeds: \(first.setting.seed) and \(other.setting.seed)")
    check(
      first.setting.device != other.setting.device,
      "\(pair) ran on different devices: \(first.setting.device) and \(other.setting.device)")
    check(
      first.setting.mode != other.setting.mode,
      "\(pair) ran in different modes: \(first.setting.mode) and \(other.setting.mode)")
    check(
      first.inputs != other.inputs,
      "\(pair) saw different inputs: \(first.inputs.text) and \(other.inputs.text)")
    check(
      first.parameters != other.parameters,
      "\(pair) saw different parameters: \(first.parameters.text) and \(other.parameters.text)")
    check(
      first.gradients.haveOtherValues(than: other.gradients),
      "the parameters' values changed between \(pair), so their gradients differ for that reason alone")
    return found
  }
}

extension MemoryReport.Tally {
  fileprivate var text: String { "\(count) of \(ByteCount.text(bytes)) together" }
}

extension MemoryReport.Peak {
  /// The peak's place in a few words: a module, or its recomputation.
  public var place: String {
    if event == nil { return "entry" }
    let module = MemoryModule.name(of: layer)
    let name = layer.isEmpty ? "\(op) outside layers" : module
    if phase.kind == .recompute || isRecomputed { return "the recompute of \(name)" }
    return phase.kind == .step ? "the step" : name
  }
}
