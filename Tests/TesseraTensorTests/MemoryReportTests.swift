import Testing

@testable import TesseraTensor

/// `x²`, which keeps its input: the smallest op with something to keep.
struct SquareProbe: Op {
  static let name = "square_probe"
  static let summary = "For tests."
  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }
  func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }
  func cpu(_ call: KernelCall) throws {
    let (from, to) = (call.inputs[0], call.outputs[0])
    for index in 0..<from.layout.shape.count {
      let value = (from.pointer + 4 * index).load(as: Float.self)
      (to.pointer + 4 * index).storeBytes(of: value * value, as: Float.self)
    }
  }
  func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    // Not the true gradient, only one that reads what was kept.
    [try backward.engine.run(Add(), backward.input(0), backward.gradient())]
  }
}

/// Random births, deaths, changes and marks, fed to a ledger as an engine would.
struct RandomEvents {
  var generator: SplitMix
  var live: [Int] = []
  let ledger = MemoryLedger()

  mutating func act() {
    let layers = ["", "encoder1", "swinViT.layers1.0.blocks.0", "swinViT.layers2.0", "decoder1.conv"]
    switch generator.next() % 10 {
    case 0..<4:
      let layer = ledger.intern(layers[Int(generator.next() % 5)])
      let op = ledger.intern("op\(generator.next() % 3)")
      live.append(
        ledger.recordBirth(
          bytes: Int(generator.next() % 5000), category: category(),
          origin: MemoryOrigin(op: op, layer: layer)))
    case 4..<7 where !live.isEmpty:
      ledger.recordDeath(live.remove(at: Int(generator.next() % UInt64(live.count))))
    case 7, 8:
      guard let id = live.randomElement(using: &generator) else { return }
      ledger.recordChange(
        id, category: category(), isSaved: generator.next() % 2 == 0, keeper: ledger.intern(layers[1]))
    default:
      let marks = ["backward", "backward done", "recompute encoder1", "recomputed encoder1", "step"]
      ledger.mark(marks[Int(generator.next() % 5)])
    }
  }

  private mutating func category() -> MemoryCategory {
    MemoryCategory.allCases[Int(generator.next() % UInt64(MemoryCategory.allCases.count))]
  }
}

/// A small repeatable generator.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return ContentDigest.mix(state)
  }
}

@Suite struct MemoryReportTests {
  static let setting = MemoryReport.Setting(seed: 0, device: "cpu", isDry: false, isFused: true)

  /// Says again, in the plainest way, what was live after each event.
  private func naive(_ recorder: MemoryRecorder) -> [[Int: MemoryEntry]] {
    var live = Dictionary(uniqueKeysWithValues: recorder.entriesAtStart.map { ($0.id, $0) })
    return [live]
      + recorder.events.map { event in
        switch event.kind {
        case .birth, .change: live[event.entry.id] = event.entry
        case .death: live[event.entry.id] = nil
        case .mark: break
        }
        return live
      }
  }

  @Test(arguments: 0..<60) func `a report equals a naive replay of its events`(seed: UInt64) {
    var events = RandomEvents(generator: SplitMix(state: seed))
    for _ in 0..<40 { events.act() }
    let recorder = events.ledger.startRecording()
    for _ in 0..<300 { events.act() }
    events.ledger.stop(recorder)
    let report = MemoryReport(recorder, labels: events.ledger, label: "random", setting: Self.setting)

    func counted(_ live: [Int: MemoryEntry]) -> Int {
      live.values.filter(\.category.countsTowardsTotal).reduce(0) { $0 + $1.bytes }
    }
    let states = naive(recorder)
    let totals = states.map(counted)
    #expect(report.entryBytes == totals.first)
    #expect(report.exitBytes == totals.last)
    #expect(report.peakBytes == totals.max())
    let atPeak = states[totals.firstIndex(of: report.peakBytes) ?? 0]
    for category in MemoryCategory.allCases {
      #expect(
        report.atPeak.categories[category]
          == atPeak.values.filter { $0.category == category }.reduce(0) { $0 + $1.bytes })
    }
    #expect(report.atPeak.categories.total == report.peakBytes)
    #expect(report.atPeak.layers.reduce(0) { $0 + $1.bytes } == report.peakBytes)
    #expect(report.atPeak.modules.reduce(0) { $0 + $1.bytes } == report.peakBytes)
    let largest = atPeak.values.filter(\.category.countsTowardsTotal).map(\.bytes).sorted(by: >).prefix(10)
    #expect(report.atPeak.largest.map(\.bytes) == Array(largest))

    let first = recorder.events.firstIndex { $0.kind == .mark("backward") }
    #expect((first == nil) == (report.forwardEnd == nil))
    if let first, let end = report.forwardEnd {
      let saved = states[first + 1].values.filter {
        $0.isSaved && $0.category != .parameter && $0.category != .buffer
      }
      #expect(end.liveBytes == totals[first + 1])
      #expect(end.savedBytes == saved.reduce(0) { $0 + $1.bytes })
      #expect(end.savedByModule.reduce(0) { $0 + $1.bytes } == end.savedBytes)
    }
  }

  @Test(arguments: 0..<60) func `a timeline replays to the ledger's totals`(seed: UInt64) {
    var events = RandomEvents(generator: SplitMix(state: 1000 + seed))
    for _ in 0..<20 { events.act() }
    let recorder = events.ledger.startRecording()
    for _ in 0..<200 { events.act() }
    events.ledger.stop(recorder)
    let timeline = MemoryTimeline(recorder)
    var last = timeline.startBytes
    timeline.replay { _, bytes in last = bytes }
    for category in MemoryCategory.allCases { #expect(last[category] == events.ledger.bytes(in: category)) }
    #expect(
      timeline.peak.bytes.total == max(recorder.liveBytesAtStart, recorder.events.map(\.liveBytes).max() ?? 0)
    )
    #expect(timeline.spans.first?.time.lowerBound == 0)
    #expect(timeline.spans.last?.time.upperBound == timeline.nanoseconds)
    for (span, next) in zip(timeline.spans, timeline.spans.dropFirst()) {
      #expect(span.events.upperBound == next.events.lowerBound)
      #expect(span.time.upperBound == next.time.lowerBound)
    }
    for count in [1, 7, 60, 1000] {
      for axis in [MemoryTimeline.Axis.events, .seconds] {
        let columns = timeline.columns(count, axis: axis)
        #expect(!columns.isEmpty && columns.count <= count)
        #expect(columns.map(\.bytes.total).max() == timeline.peak.bytes.total)
        #expect(columns.filter(\.holdsPeak).count == (timeline.peak.event == nil ? 0 : 1))
      }
    }
  }
}

@Suite struct MemoryRecordingTests {
  let engine = Engine(backend: CPUBackend(threadCount: 2))

  /// Two squares in two layers, summed into a seed gradient.
  private func step(_ x: Tensor, checkpointed: Bool) throws {
    let body = {
      try engine.inLayer("encoder1") {
        try engine.run(SquareProbe(), engine.run(SquareProbe(), x))
      }
    }
    let y = checkpointed ? try engine.checkpoint(body) : try body()
    try y.backward(seed: engine.ones(x.shape, purpose: .temporary))
    x.gradient = nil
  }

  private func leaf() throws -> Tensor {
    let x = try engine.tensor((0..<4096).map { Double($0) / 4096 }, [64, 64])
    try x.setRequiresGradient(true)
    return x
  }

  @Test func `saved bytes carry the layer that kept them and leave parameters out`() throws {
    let x = try leaf()
    let run = try engine.record("plain") { try step(x, checkpointed: false) }.run
    let end = try #require(run.report.forwardEnd)
    // The input and the first square, 16 KiB each.
    #expect(end.savedBytes == 32768)
    #expect(end.savedByModule == [MemoryReport.Share(name: "encoder1", bytes: 32768)])
    x.storage.category = .parameter
    let again = try engine.record("parameter") { try step(x, checkpointed: false) }.run
    #expect(again.report.forwardEnd?.savedBytes == 16384)
    #expect(again.report.parameters == MemoryReport.Tally(count: 1, bytes: 16384))
  }

  @Test func `checkpointing saves less, recomputes once and changes no gradient`() throws {
    let x = try leaf()
    let plain = try engine.record("plain") { try step(x, checkpointed: false) }.run
    let dropped = try engine.record("checkpointed") { try step(x, checkpointed: true) }.run
    #expect(plain.report.recomputed.isEmpty)
    #expect(dropped.report.recomputed.count == 1)
    #expect(dropped.report.phaseSeconds.map(\.phase) == [.forward, .recompute, .backward, .step])
    let comparison = MemoryComparison([plain, dropped])
    #expect(comparison.gradients == [.equal(leaves: 1)])
    #expect(comparison.warnings.isEmpty)
    let saved = try #require(comparison.rows.first { $0.name == "saved for backward" })
    #expect(saved.change(1)?.absolute == -16384)
    #expect(saved.change(1)?.share == -0.5)
  }

  @Test func `recordings nest, and an error ends them`() throws {
    struct Stop: Error {}
    let x = try leaf()
    let outer = try engine.record("outer") {
      let inner = try engine.record("inner") { try step(x, checkpointed: false) }.run
      #expect(throws: Stop.self) { try engine.record("failing") { throw Stop() } }
      #expect(inner.report.gradients.count == 1)
    }.run
    #expect(outer.report.gradients.count == 1)
    #expect(engine.gradientObservers.isEmpty)
    do { _ = engine.beginRecording("forgotten") }
    #expect(engine.gradientObservers.isEmpty)
  }

  @Test func `kept gradients are visible, and compared by value`() throws {
    let x = try leaf()
    let first = try engine.record("a", keepGradients: true) { try step(x, checkpointed: false) }.run
    #expect(engine.ledger.bytes(in: .report) == 16384)
    try engine.runInPlace(Add(), [x, engine.full([64, 64], 0.25)], into: x)
    let second = try engine.record("b", keepGradients: true) { try step(x, checkpointed: false) }.run
    let comparison = MemoryComparison([first, second])
    guard case .largest(let difference, let shape) = comparison.gradients[0] else {
      Issue.record("\(comparison.gradients)")
      return
    }
    #expect(difference > 0 && shape == [64, 64])
    #expect(comparison.warnings.count == 2)
    guard case .norms(let relative, 1, 1) = GradientAgreement(first.report, second.report) else {
      Issue.record("no norms")
      return
    }
    #expect(relative > 0)
  }

  @Test func `a dry run reports the same bytes and no digests`() throws {
    let real = try engine.record("real") { try step(leaf(), checkpointed: true) }.run
    engine.isDry = true
    let dry = try engine.record("dry") { try step(leaf(), checkpointed: true) }.run
    #expect(real.report.peakBytes == dry.report.peakBytes)
    #expect(dry.report.gradients.allSatisfy { $0.digest == nil && $0.norm == nil })
    let comparison = MemoryComparison([real, dry])
    #expect(comparison.gradients == [.dry])
    #expect(
      comparison.warnings == ["\"real\" and \"dry\" ran in different modes: real, fused and dry, fused"])
  }

  @Test func `a digest does not depend on memory order`() throws {
    let x = try engine.tensor((0..<48).map(Double.init), [2, 3, 8])
    let transposed = Tensor(
      engine: engine, storage: x.storage, layout: x.layout.permuted(to: [2, 0, 1]), dtype: x.dtype)
    let dense = try engine.run(Copy(order: .rowMajor), transposed)
    let digest = { (tensor: Tensor) in tensor.contents { ContentDigest.of($0) } }
    #expect(digest(transposed) == digest(dense))
    #expect(digest(x) != digest(dense))
  }
}

@Suite struct PolicyTimingTests {
  @Test func `overlapping ranges are not distinguishable`() {
    let timing = PolicyTiming(
      names: ["plain", "swin", "all"], rounds: [[1.0, 1.1, 2.0], [1.2, 1.3, 2.2], [1.1, 1.0, 2.1], [9]])
    #expect(timing.rounds == 3)
    #expect(timing.policies.map(\.median) == [1.1, 1.1, 2.1])
    #expect(timing.policies.map(\.isDistinguishable) == [nil, false, true])
    #expect(
      timing.policies.map(\.text) == [
        "1.10 s (1.00–1.20)", "1.10 s (1.00–1.30), 1.00×, not distinguishable here",
        "2.10 s (2.00–2.20), 1.91×",
      ])
  }
}
