extension MemoryReport {
  /// Reads a stopped recorder; `ledger` only lends the texts of its labels.
  public init(
    _ recorder: MemoryRecorder, labels ledger: MemoryLedger, label: String, setting: Setting,
    gradients: [GradientDigest] = [], digestSeconds: Double = 0, resident: ResidentSpan? = nil,
    deviceBytes: Int? = nil
  ) {
    let replay = LedgerReplay(recorder, ledger)
    let timeline = MemoryTimeline(recorder)
    let peakEvent = recorder.peakEvent
    self.label = label
    self.setting = setting
    self.timeline = timeline
    self.gradients = gradients
    entryBytes = recorder.liveBytesAtStart
    exitBytes = recorder.events.last?.liveBytes ?? recorder.liveBytesAtStart
    peakBytes = peakEvent.map { recorder.events[$0].liveBytes } ?? recorder.liveBytesAtStart
    peak = replay.peak(at: peakEvent, timelineEvent: timeline.peak.event)
    atPeak = replay.holdings(through: peakEvent)
    forwardEnd = recorder.firstBackward.map(replay.forwardEnd)
    recomputed = recorder.events.compactMap(\.recomputedSegment)
    workspacePeak = replay.peak(of: .workspace)
    offloadedPeak = replay.peak(of: .offloaded)
    self.resident = setting.isDry ? nil : resident
    self.deviceBytes = setting.isDry ? nil : deviceBytes
    keptByReportsAtEntry = timeline.startBytes[.report]
    parameters = replay.tally(.parameter)
    inputs = replay.tally(.input)
    let spent = timeline.secondsByPhase(less: digestSeconds)
    phaseSeconds = spent
    seconds = spent.reduce(0) { $0 + $1.seconds }
  }
}

extension MemoryTimeline {
  /// Digests are made during backward, and are no part of the program's work.
  fileprivate func secondsByPhase(
    less digestSeconds: Double
  ) -> [(phase: MemoryPhase.Kind, seconds: Double)] {
    var sums: [MemoryPhase.Kind: Double] = [:]
    for span in spans { sums[span.phase.kind, default: 0] += span.seconds }
    if let backward = sums[.backward] { sums[.backward] = max(0, backward - digestSeconds) }
    return MemoryPhase.Kind.allCases.compactMap { kind in sums[kind].map { (kind, $0) } }
  }
}

extension MemoryEvent {
  fileprivate var recomputedSegment: String? {
    guard case .mark(let mark) = kind else { return nil }
    return PhaseTracker.recomputedSegment(mark)
  }
}

extension MemoryRecorder {
  /// The first event with the largest total; nil when none rose above the start.
  fileprivate var peakEvent: Int? {
    var best: Int?
    var bytes = liveBytesAtStart
    for (index, event) in events.enumerated() where event.liveBytes > bytes {
      (best, bytes) = (index, event.liveBytes)
    }
    return best
  }

  fileprivate var firstBackward: Int? { events.firstIndex { $0.kind == .mark("backward") } }
}

/// Live storages at chosen moments of a recording.
private struct LedgerReplay {
  private let recorder: MemoryRecorder
  private let ledger: MemoryLedger

  init(_ recorder: MemoryRecorder, _ ledger: MemoryLedger) {
    self.recorder = recorder
    self.ledger = ledger
  }

  /// What is live after an event; at the start for nil.
  private func entries(through last: Int?) -> [MemoryEntry] {
    var live = Dictionary(uniqueKeysWithValues: recorder.entriesAtStart.map { ($0.id, $0) })
    for event in recorder.events.prefix(last.map { $0 + 1 } ?? 0) {
      switch event.kind {
      case .birth, .change: live[event.entry.id] = event.entry
      case .death: live[event.entry.id] = nil
      case .mark: break
      }
    }
    return live.values.sorted { $0.id < $1.id }
  }

  func holdings(through last: Int?) -> MemoryReport.Holdings {
    let live = entries(through: last)
    let counted = live.filter(\.category.countsTowardsTotal)
    let layers = shares(counted) { ledger.label($0.origin.layer) }
    return MemoryReport.Holdings(
      categories: live.reduce(into: CategoryBytes()) { $0[$1.category] += $1.bytes },
      layers: layers, modules: layers.byModule,
      largest: counted.sorted { ($1.bytes, $0.id) < ($0.bytes, $1.id) }.prefix(10).map(holder))
  }

  private func holder(_ entry: MemoryEntry) -> MemoryReport.Holder {
    MemoryReport.Holder(
      layer: ledger.label(entry.origin.layer), op: ledger.label(entry.origin.op), mark: entry.origin.mark,
      category: entry.category, bytes: entry.bytes)
  }

  func forwardEnd(at event: Int) -> MemoryReport.ForwardEnd {
    let saved = entries(through: event).filter {
      $0.isSaved && $0.category != .parameter && $0.category != .buffer
    }
    let layers = shares(saved) { ledger.label($0.keeper ?? $0.origin.layer) }
    return MemoryReport.ForwardEnd(
      liveBytes: recorder.events[event].liveBytes, savedBytes: saved.reduce(0) { $0 + $1.bytes },
      savedByModule: layers.byModule, savedByLayer: layers)
  }

  private func shares(_ entries: [MemoryEntry], by name: (MemoryEntry) -> String) -> [MemoryReport.Share] {
    entries.reduce(into: [:]) { $0[name($1), default: 0] += $1.bytes }.asShares
  }

  func peak(at event: Int?, timelineEvent: Int?) -> MemoryReport.Peak {
    var tracker = PhaseTracker()
    var recomputedLayers: Set<Int> = []
    for event in recorder.events.prefix(event.map { $0 + 1 } ?? 0) {
      tracker.observe(event)
      if tracker.phase.kind == .recompute, event.kind == .birth {
        recomputedLayers.insert(event.entry.origin.layer)
      }
    }
    let origin = event.map { recorder.events[$0].entry.origin }
    return MemoryReport.Peak(
      event: timelineEvent, phase: tracker.phase, layer: origin.map { ledger.label($0.layer) } ?? "",
      op: origin.map { ledger.label($0.op) } ?? "", mark: origin?.mark,
      isRecomputed: origin.map { recomputedLayers.contains($0.layer) } ?? false)
  }

  func peak(of category: MemoryCategory) -> Int {
    var bytes = recorder.entriesAtStart.filter { $0.category == category }.reduce(0) { $0 + $1.bytes }
    var peak = bytes
    for event in recorder.events where event.entry.category == category {
      if event.kind == .birth { bytes += event.entry.bytes }
      if event.kind == .death { bytes -= event.entry.bytes }
      peak = max(peak, bytes)
    }
    return peak
  }

  /// Storages that were in a category at any time: a tensor is made first and given its purpose then.
  func tally(_ category: MemoryCategory) -> MemoryReport.Tally {
    var sizes: [Int: Int] = [:]
    for entry in recorder.entriesAtStart + recorder.events.map(\.entry) where entry.category == category {
      sizes[entry.id] = entry.bytes
    }
    return MemoryReport.Tally(count: sizes.count, bytes: sizes.values.reduce(0, +))
  }
}

extension [String: Int] {
  /// Largest first; equal ones by name, so that tables do not change from run to run.
  fileprivate var asShares: [MemoryReport.Share] {
    filter { $0.value != 0 }.map { MemoryReport.Share(name: $0.key, bytes: $0.value) }
      .sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
  }
}

extension [MemoryReport.Share] {
  fileprivate var byModule: [MemoryReport.Share] {
    reduce(into: [:]) { $0[MemoryModule.name(of: $1.name), default: 0] += $1.bytes }.asShares
  }
}
