import TesseraScript
import TesseraTensor

/// `with memory("label") as m { }`: a recording while the block runs, its report afterwards.
final class MemoryReportObject: HostObject {
  private let label: String
  private let keepsGradients: Bool
  private unowned let context: EngineContext
  private var recording: MemoryRecording?
  /// What was recorded; nil before the block has ended.
  private(set) var run: MemoryRun?

  init(_ label: String, keepsGradients: Bool, _ context: EngineContext) {
    self.label = label
    self.keepsGradients = keepsGradients
    self.context = context
  }

  override var typeName: String { "memory report" }

  override func enter(_ interpreter: Interpreter) throws -> Value? {
    guard recording == nil else {
      throw ScriptError("memory(\"\(label)\") is recording already", code: "E0805")
    }
    run = nil
    recording = context.engine.beginRecording(label, keepGradients: keepsGradients)
    return .host(self)
  }

  override func exit(_ interpreter: Interpreter, error: Diagnostic?) throws {
    guard let recording else { return }
    self.recording = nil
    let finished = context.engine.endRecording(recording)
    run = finished
    context.reported(finished.report)
  }

  /// The report, or an error that says to wait for it.
  func report() throws -> MemoryReport {
    guard let run else {
      throw ScriptError(
        "the report \"\(label)\" is made at the end of its block", help: "read it after `with memory(…) { }`",
        code: "E0805")
    }
    return run.report
  }

  override var attributeNames: [String] { Self.facts.keys.sorted() + ["allocator"] }

  override func attribute(_ name: String) throws -> Value? {
    if name == "allocator" { return .native(MemoryBuiltins.allocator.method(of: .host(self), in: context)) }
    guard let fact = Self.facts[name] else { return nil }
    return try fact(report())
  }

  /// Sizes in bytes, times in seconds.
  private static let facts: [String: @Sendable (MemoryReport) -> Value] = [
    "label": { .string($0.label) },
    "entry": { .int($0.entryBytes) },
    "exit": { .int($0.exitBytes) },
    "peak": { .int($0.peakBytes) },
    "peak_above_entry": { .int($0.peakAboveEntry) },
    "peak_at": { .string($0.peak.place) },
    "saved": { $0.forwardEnd.map { .int($0.savedBytes) } ?? .none },
    "end_of_forward": { $0.forwardEnd.map { .int($0.liveBytes) } ?? .none },
    "saved_by_module": { shares($0.forwardEnd?.savedByModule ?? []) },
    "recomputed": { .int($0.recomputed.count) },
    "recomputed_segments": { .list(ListObject($0.recomputed.map { .string($0) })) },
    "seconds": { .float($0.seconds) },
    "seconds_by_phase": { report in
      .map(MapObject(named: report.phaseSeconds.map { ($0.phase.rawValue, .float($0.seconds)) }))
    },
    "by_category": { report in
      .map(
        MapObject(
          named: MemoryCategory.allCases.compactMap { category in
            let bytes = report.atPeak.categories[category]
            return bytes == 0 || !category.countsTowardsTotal ? nil : (category.name, .int(bytes))
          }))
    },
    "by_layer": { shares($0.atPeak.layers) },
    "by_module": { shares($0.atPeak.modules) },
    "seed": { .int(Int(truncatingIfNeeded: $0.setting.seed)) },
    "device": { .string($0.setting.device) },
    "dry": { .bool($0.setting.isDry) },
    "workspace": { .int($0.workspacePeak) },
    "offloaded": { .int($0.offloadedPeak) },
    "largest_request": { .int($0.timeline.largestRequest) },
    "resident_entry": { $0.resident.map { .int($0.entryBytes) } ?? .none },
    "resident_peak": { $0.resident.map { .int($0.peakBytes) } ?? .none },
    "device_bytes": { $0.deviceBytes.map { .int($0) } ?? .none },
    "beside_ledger": { $0.besideLedger.map { .int($0) } ?? .none },
  ]

  private static func shares(_ shares: [MemoryReport.Share]) -> Value {
    .map(MapObject(named: shares.map { ($0.name, .int($0.bytes)) }))
  }

  override func describe() -> String {
    guard let report = run?.report else { return "<memory report \"\(label)\", recording>" }
    let above = report.entryBytes == 0 ? "" : ", \(ByteText.text(report.peakAboveEntry)) above entry"
    return "<memory report \"\(label)\": peak \(ByteText.text(report.peakBytes))\(above)>"
  }
}

extension MemoryTimeline {
  /// The largest single allocation, library scratch aside.
  fileprivate var largestRequest: Int {
    events.reduce(0) { largest, event in
      guard case .birth(let category) = event.change, category.countsTowardsTotal else { return largest }
      return max(largest, event.bytes)
    }
  }
}

extension EngineContext {
  /// Notes the peak of a finished report for the session's summary, and the report itself for a trace.
  func reported(_ report: MemoryReport) {
    peaks.append((report.label, report.peakBytes))
    if programRecording != nil { tracedReports.append(report) }
  }
}
