/// Bytes by category at one moment.
public struct CategoryBytes: Sendable, Equatable {
  private var bytes = [Int](repeating: 0, count: MemoryCategory.allCases.count)

  /// Nothing in any category.
  public init() {}

  /// Bytes in one category.
  public subscript(category: MemoryCategory) -> Int {
    get { bytes[category.rawValue] }
    set { bytes[category.rawValue] = newValue }
  }

  /// All bytes that count, which leaves library scratch out.
  public var total: Int { MemoryCategory.allCases.reduce(0) { $0 + ($1.countsTowardsTotal ? self[$1] : 0) } }

  /// Categories that hold something, largest first, in the fixed order where they are equal.
  public var nonZero: [(category: MemoryCategory, bytes: Int)] {
    MemoryCategory.allCases.map { ($0, self[$0]) }.filter { $0.1 != 0 }
      .sorted { ($1.1, $0.0.rawValue) < ($0.1, $1.0.rawValue) }
  }
}

/// Every change of memory between two moments, small enough to keep with a report: what pictures, exports and the
/// allocator's replay read.
///
/// - Memory: about 40 bytes a change; a step of a large network makes some ten thousand.
public struct MemoryTimeline: Sendable {
  /// Something that was live at the start.
  public struct Holding: Sendable {
    /// The storage's number.
    public let id: Int
    /// Its size.
    public let bytes: Int
    /// What it is for.
    public let category: MemoryCategory
  }

  /// What a change did to a storage.
  public enum Change: Sendable, Equatable {
    case birth(MemoryCategory)
    case death(MemoryCategory)
    case move(from: MemoryCategory, to: MemoryCategory)
  }

  /// One change.
  public struct Event: Sendable {
    /// Nanoseconds since the start.
    public let time: UInt64
    /// The storage's number.
    public let id: Int
    /// Its size.
    public let bytes: Int
    /// What happened to it.
    public let change: Change
  }

  /// A stretch in which one phase was in force.
  public struct Span: Sendable {
    /// The phase.
    public let phase: MemoryPhase
    /// The changes that fall into it; may be empty.
    public internal(set) var events: Range<Int>
    /// Nanoseconds since the start.
    public internal(set) var time: Range<UInt64>

    /// Its length in seconds.
    public var seconds: Double { Double(time.upperBound - time.lowerBound) / 1e9 }
  }

  /// What was live at the start, in order of birth.
  public let start: [Holding]
  /// Changes in the order in which they happened.
  public let events: [Event]
  /// Phases, which cover the whole recording without gaps.
  public let spans: [Span]
  /// The recording's length.
  public let nanoseconds: UInt64
}

extension MemoryTimeline {
  /// Reads a stopped recorder.
  public init(_ recorder: MemoryRecorder) {
    start = recorder.entriesAtStart.map { Holding(id: $0.id, bytes: $0.bytes, category: $0.category) }
    nanoseconds = max(recorder.stopTime, recorder.events.last?.time ?? 0) - recorder.startTime
    var builder = TimelineBuilder(recorder)
    for event in recorder.events { builder.add(event) }
    (events, spans) = builder.finish(at: nanoseconds)
  }

  /// Bytes by category at the start.
  public var startBytes: CategoryBytes {
    start.reduce(into: CategoryBytes()) { $0[$1.category] += $1.bytes }
  }

  /// Calls `body` with each change's number and the bytes after it.
  public func replay(_ body: (Int, CategoryBytes) throws -> Void) rethrows {
    var bytes = startBytes
    for (index, event) in events.enumerated() {
      bytes.apply(event)
      try body(index, bytes)
    }
  }

  /// The change that made the largest total; nil when nothing rose above the start.
  public var peak: (event: Int?, bytes: CategoryBytes) {
    var best: (event: Int?, bytes: CategoryBytes) = (nil, startBytes)
    var bestTotal = best.bytes.total
    replay { index, bytes in
      if bytes.total > bestTotal { (best, bestTotal) = ((index, bytes), bytes.total) }
    }
    return best
  }
}

extension CategoryBytes {
  mutating func apply(_ event: MemoryTimeline.Event) {
    switch event.change {
    case .birth(let category): self[category] += event.bytes
    case .death(let category): self[category] -= event.bytes
    case .move(let from, let to):
      self[from] -= event.bytes
      self[to] += event.bytes
    }
  }
}

/// Turns the ledger's events into changes, and its marks into phases.
private struct TimelineBuilder {
  private let startTime: UInt64
  private var categories: [Int: MemoryCategory]
  private var events: [MemoryTimeline.Event] = []
  private var spans: [MemoryTimeline.Span] = []
  private var tracker = PhaseTracker()

  init(_ recorder: MemoryRecorder) {
    startTime = recorder.startTime
    categories = Dictionary(uniqueKeysWithValues: recorder.entriesAtStart.map { ($0.id, $0.category) })
    spans = [MemoryTimeline.Span(phase: .forward, events: 0..<0, time: 0..<0)]
  }

  mutating func add(_ event: MemoryEvent) {
    let time = event.time - startTime
    tracker.observe(event)
    if tracker.phase != spans[spans.count - 1].phase {
      closeSpan(at: time)
      spans.append(
        MemoryTimeline.Span(phase: tracker.phase, events: events.count..<events.count, time: time..<time))
    }
    guard let change = change(event) else { return }
    events.append(
      MemoryTimeline.Event(time: time, id: event.entry.id, bytes: event.entry.bytes, change: change))
  }

  mutating func finish(at time: UInt64) -> ([MemoryTimeline.Event], [MemoryTimeline.Span]) {
    closeSpan(at: time)
    return (events, spans)
  }

  private mutating func closeSpan(at time: UInt64) {
    let last = spans.count - 1
    spans[last].events = spans[last].events.lowerBound..<events.count
    spans[last].time = spans[last].time.lowerBound..<time
  }

  /// A change that moves no bytes, such as the graph keeping an input, is none here.
  private mutating func change(_ event: MemoryEvent) -> MemoryTimeline.Change? {
    let entry = event.entry
    switch event.kind {
    case .mark: return nil
    case .birth:
      categories[entry.id] = entry.category
      return .birth(entry.category)
    case .death:
      categories[entry.id] = nil
      return .death(entry.category)
    case .change:
      guard let before = categories.updateValue(entry.category, forKey: entry.id), before != entry.category
      else { return nil }
      return .move(from: before, to: entry.category)
    }
  }
}
