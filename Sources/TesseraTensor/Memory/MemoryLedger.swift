/// Where a storage came from: interned labels, so that an entry stays small.
public struct MemoryOrigin: Sendable {
  var op: Int
  var layer: Int
  var mark: SourceMark?

  /// A place outside every layer and script line.
  package init(op: Int) { self.init(op: op, layer: 0, mark: nil) }

  init(op: Int, layer: Int, mark: SourceMark? = nil) {
    self.op = op
    self.layer = layer
    self.mark = mark
  }
}

/// One live storage as the ledger sees it.
public struct MemoryEntry: Sendable {
  /// The storage's number.
  public let id: Int
  /// Its size.
  public let bytes: Int
  /// What it is for.
  public internal(set) var category: MemoryCategory
  /// Whether the graph keeps it for backward.
  public internal(set) var isSaved: Bool
  /// The label of the layer path whose node kept it first; nil while no node has.
  public internal(set) var keeper: Int?
  var origin: MemoryOrigin
}

/// Something that happened to memory, in the order it happened.
public struct MemoryEvent: Sendable {
  /// The kinds of event.
  public enum Kind: Sendable, Equatable {
    case birth, death, change
    case mark(String)
  }
  /// What happened.
  public let kind: Kind
  /// The storage as it was after the event (before it, for a death).
  public let entry: MemoryEntry
  /// Bytes that count towards the total, after the event.
  public let liveBytes: Int
  /// Nanoseconds on a clock that only runs forward.
  public let time: UInt64
}

/// Every storage of an engine from birth to death, with totals that add up after every event.
///
/// - Memory: about 100 bytes a live storage; events are stored only while a recorder listens, and
///   the ring keeps the last ``ringCapacity`` of them always.
public final class MemoryLedger {
  /// How many events the always-on ring remembers.
  public static let ringCapacity = 4096

  /// Live storages by number.
  public private(set) var entries: [Int: MemoryEntry] = [:]
  /// Bytes that count towards the total.
  public private(set) var liveBytes = 0
  /// Those of them that are sizes alone.
  var dryBytes = 0
  /// The largest `liveBytes` has been.
  public private(set) var peakBytes = 0
  /// Library scratch, and a device's own memory: shown beside the total, not part of it.
  public private(set) var workspaceBytes = 0
  /// What backward keeps on a disk, or on the host for a device: shown beside the total, not part of it.
  public var offloadedBytes: Int { bytes(in: .offloaded) }
  /// Bytes of storages that the graph keeps; parameters and buffers live anyway and are left out.
  public private(set) var savedBytes = 0
  /// The limit that an allocation may not pass; nil for none.
  public var budget: Int?
  /// The label of the machine's own limit, which shapes without bytes do not strain.
  public static let machineBudgetLabel = "default budget"
  /// Words beside the budget in an error, such as the card's name.
  public var budgetLabel = "budget"

  private var totals = [Int](repeating: 0, count: MemoryCategory.allCases.count)
  private var layerTotals: [Int: Int] = [:]
  private var labels: [String] = [""]
  private var labelNumbers: [String: Int] = ["": 0]
  /// The number of the next storage.
  private(set) var nextID = 1
  private var ring: [MemoryEvent] = []
  private var ringStart = 0
  private var recorders: [MemoryRecorder] = []
  /// The process's size while something is recorded.
  let residents = ResidentWatch()

  /// Makes an empty ledger.
  public init() {}

  /// Bytes live in one category.
  public func bytes(in category: MemoryCategory) -> Int { totals[category.rawValue] }

  /// Bytes live by layer path.
  public var bytesByLayer: [String: Int] {
    Dictionary(uniqueKeysWithValues: layerTotals.filter { $0.value != 0 }.map { (labels[$0.key], $0.value) })
  }

  /// The events the ring still remembers, oldest first.
  public var recentEvents: [MemoryEvent] { Array(ring[ringStart...] + ring[..<ringStart]) }

  /// The text of a label.
  public func label(_ number: Int) -> String { labels[number] }

  /// The number of a label, made on first use.
  public func intern(_ label: String) -> Int {
    if let number = labelNumbers[label] { return number }
    labels.append(label)
    labelNumbers[label] = labels.count - 1
    return labels.count - 1
  }
}

extension MemoryLedger {
  package func recordBirth(bytes: Int, category: MemoryCategory, origin: MemoryOrigin) -> Int {
    let entry = MemoryEntry(id: nextID, bytes: bytes, category: category, isSaved: false, origin: origin)
    nextID += 1
    entries[entry.id] = entry
    add(entry, sign: 1)
    peakBytes = max(peakBytes, liveBytes)
    emit(.birth, entry)
    return entry.id
  }

  package func recordDeath(_ id: Int) {
    guard let entry = entries.removeValue(forKey: id) else { return }
    add(entry, sign: -1)
    emit(.death, entry)
  }

  func recordChange(_ id: Int, category: MemoryCategory, isSaved: Bool, keeper: Int? = nil) {
    guard var entry = entries[id] else { return }
    add(entry, sign: -1)
    entry.category = category
    entry.isSaved = isSaved
    entry.keeper = entry.keeper ?? keeper
    entries[id] = entry
    add(entry, sign: 1)
    emit(.change, entry)
  }

  /// Notes that a storage holds another result from now on.
  func recordChange(_ id: Int, origin: MemoryOrigin) {
    guard var entry = entries[id] else { return }
    add(entry, sign: -1)
    entry.origin = origin
    entries[id] = entry
    add(entry, sign: 1)
    emit(.change, entry)
  }

  /// Notes a moment, such as the start of backward, for whoever records.
  public func mark(_ name: String) {
    let nothing = MemoryEntry(
      id: 0, bytes: 0, category: .temporary, isSaved: false, origin: MemoryOrigin(op: 0, layer: 0))
    emit(.mark(name), nothing)
  }

  private func add(_ entry: MemoryEntry, sign: Int) {
    let bytes = sign * entry.bytes
    totals[entry.category.rawValue] += bytes
    layerTotals[entry.origin.layer, default: 0] += bytes
    if entry.category.countsTowardsTotal {
      liveBytes += bytes
    } else if entry.category != .offloaded {
      workspaceBytes += bytes
    }
    if entry.isSaved && entry.category != .parameter && entry.category != .buffer { savedBytes += bytes }
  }

  private func emit(_ kind: MemoryEvent.Kind, _ entry: MemoryEntry) {
    let event = MemoryEvent(kind: kind, entry: entry, liveBytes: liveBytes, time: Clock.nanoseconds())
    if ring.count < Self.ringCapacity {
      ring.append(event)
    } else {
      ring[ringStart] = event
      ringStart = (ringStart + 1) % Self.ringCapacity
    }
    for recorder in recorders { recorder.events.append(event) }
  }
}

extension MemoryLedger {
  /// Starts to record every event.
  public func startRecording() -> MemoryRecorder {
    let recorder = MemoryRecorder(ledger: self)
    recorders.append(recorder)
    return recorder
  }

  /// Runs `body` with the budget off, nobody recording, and a peak of its own.
  func unobserved(_ body: () throws -> Void) rethrows {
    let before = (budget, peakBytes, ring, ringStart, recorders)
    (budget, peakBytes, recorders) = (nil, liveBytes, [])
    defer { (budget, peakBytes, ring, ringStart, recorders) = before }
    try body()
  }

  /// The largest ``liveBytes`` since this was last asked inside a trial; the next stretch begins.
  package func takePeak() -> Int {
    defer { peakBytes = liveBytes }
    return peakBytes
  }

  /// Stops a recorder; its events stay with it.
  public func stop(_ recorder: MemoryRecorder) {
    recorder.stopTime = Clock.nanoseconds()
    recorders.removeAll { $0 === recorder }
  }

  /// The sum over categories and over layers equals the total; anything else is a bug of the engine.
  public var addsUp: Bool {
    let byCategory = MemoryCategory.allCases.filter(\.countsTowardsTotal).map { bytes(in: $0) }.reduce(0, +)
    let live = entries.values.filter(\.category.countsTowardsTotal).map(\.bytes).reduce(0, +)
    let byLayer = layerTotals.values.reduce(0, +)
    return byCategory == liveBytes && live == liveBytes
      && byLayer == liveBytes + workspaceBytes + offloadedBytes
  }
}

/// The events between two moments, and what was live at the first.
public final class MemoryRecorder {
  /// What was live at the start.
  public let entriesAtStart: [MemoryEntry]
  /// Live bytes at the start.
  public let liveBytesAtStart: Int
  /// Saved bytes at the start.
  public let savedBytesAtStart: Int
  /// Nanoseconds at the start.
  public let startTime: UInt64
  /// Nanoseconds when it was stopped.
  public internal(set) var stopTime: UInt64
  /// What happened since, in order.
  public internal(set) var events: [MemoryEvent] = []

  init(ledger: MemoryLedger) {
    entriesAtStart = ledger.entries.values.sorted { $0.id < $1.id }
    liveBytesAtStart = ledger.liveBytes
    savedBytesAtStart = ledger.savedBytes
    startTime = Clock.nanoseconds()
    stopTime = startTime
  }
}
