/// A recording that has ended: its report, and the gradients it was asked to keep.
public struct MemoryRun {
  /// What happened to memory.
  public let report: MemoryReport
  /// Sums of contributions by the number of the leaf's storage; empty unless they were asked for.
  ///
  /// - Memory: one copy of every gradient, in category `report`, for as long as somebody holds the run.
  public let gradients: [Int: Tensor]
}

/// A recording under way; ends once, whatever ends it.
public final class MemoryRecording {
  /// The name the program gave it.
  public let label: String
  private let engine: Engine
  private let recorder: MemoryRecorder
  private let collector: GradientCollector
  private let observersBefore: Int
  private let residentSpan: Int?
  private var resident: ResidentSpan?
  private var isActive = true

  fileprivate init(_ label: String, keepGradients: Bool, engine: Engine) {
    // What a device still computes is not this recording's. One that fails says so at the next op.
    try? engine.backend.synchronize()
    self.label = label
    self.engine = engine
    collector = GradientCollector(keepsValues: keepGradients)
    observersBefore = engine.gradientObservers.count
    recorder = engine.ledger.startRecording()
    residentSpan = engine.ledger.residents.begin()
    engine.gradientObservers.append { [collector] in collector.observe(leaf: $0, contribution: $1) }
  }

  deinit { stop() }

  /// Stops listening; recordings begun inside this one and still open hear no further gradients.
  fileprivate func stop() {
    guard isActive else { return }
    isActive = false
    try? engine.backend.synchronize()
    engine.ledger.stop(recorder)
    resident = residentSpan.flatMap(engine.ledger.residents.end)
    engine.gradientObservers.removeLast(max(0, engine.gradientObservers.count - observersBefore))
  }

  fileprivate func finish() -> MemoryRun {
    let setting = MemoryReport.Setting(
      seed: engine.random.seed, device: engine.backend.name, isDry: engine.isDry, isFused: engine.isFused)
    stop()
    let report = MemoryReport(
      recorder, labels: engine.ledger, label: label, setting: setting, gradients: collector.digests,
      digestSeconds: collector.seconds, resident: resident,
      deviceBytes: engine.backend.limits.driver?.usage)
    return MemoryRun(report: report, gradients: collector.kept)
  }
}

extension Engine {
  /// Runs `body` and reports what happened to memory meanwhile; recordings nest.
  ///
  /// - Parameter keepGradients: whether to keep a copy of every gradient, so that two runs can be compared by
  ///   value and not only by digest.
  /// - Throws: what `body` throws; there is no report then.
  public func record<Result>(
    _ label: String, keepGradients: Bool = false, _ body: () throws -> Result
  ) rethrows -> (result: Result, run: MemoryRun) {
    let recording = beginRecording(label, keepGradients: keepGradients)
    defer { recording.stop() }
    let result = try body()
    return (result, endRecording(recording))
  }

  /// Starts a recording that a scope ends with ``endRecording(_:)``; dropping it ends it without a report.
  public func beginRecording(_ label: String, keepGradients: Bool = false) -> MemoryRecording {
    MemoryRecording(label, keepGradients: keepGradients, engine: self)
  }

  /// Ends a recording.
  public func endRecording(_ recording: MemoryRecording) -> MemoryRun { recording.finish() }
}

/// Digests contributions as they come, and keeps their sums where it was asked to.
private final class GradientCollector {
  private let keepsValues: Bool
  private var byLeaf: [Int: GradientDigest] = [:]
  private(set) var kept: [Int: Tensor] = [:]
  private var lost: Set<Int> = []
  private(set) var seconds = 0.0

  init(keepsValues: Bool) { self.keepsValues = keepsValues }

  var digests: [GradientDigest] { byLeaf.values.sorted { $0.leaf < $1.leaf } }

  func observe(leaf: Tensor, contribution: Tensor) {
    let start = Clock.nanoseconds()
    byLeaf[leaf.storage.id, default: GradientDigest(leaf: leaf)].add(contribution)
    if keepsValues { keep(contribution, for: leaf.storage.id) }
    seconds += Clock.seconds(since: start)
  }

  /// Where memory runs out the digest alone has to do: a report must not end the program it reports on.
  private func keep(_ contribution: Tensor, for leaf: Int) {
    guard !contribution.isDry, !lost.contains(leaf) else { return }
    do {
      if let sum = kept[leaf] {
        try sum.engine.addInPlace(contribution, to: sum)
      } else {
        let copy = try contribution.copied()
        copy.storage.category = .report
        kept[leaf] = copy
      }
    } catch {
      kept[leaf] = nil
      lost.insert(leaf)
    }
  }
}
