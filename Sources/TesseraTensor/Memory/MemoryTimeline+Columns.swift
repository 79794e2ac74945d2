extension MemoryTimeline {
  /// What a picture's horizontal axis counts.
  public enum Axis: Sendable {
    /// Changes of memory, each as wide as the next: the same on every machine and in a dry run.
    case events
    /// Seconds.
    case seconds
  }

  /// A vertical slice of a picture.
  public struct Column: Sendable {
    /// Bytes by category when the slice's total was largest, so that no peak falls between columns.
    public internal(set) var bytes: CategoryBytes
    /// The phase in force then.
    public internal(set) var phase: MemoryPhase
    /// Whether the recording's peak is in it.
    public internal(set) var holdsPeak: Bool
  }

  /// The recording in at most `count` slices.
  public func columns(_ count: Int, axis: Axis = .events) -> [Column] {
    guard count > 0 else { return [] }
    switch axis {
    case .events: return columns(min(count, max(1, events.count)), of: events.count) { index, _ in index }
    case .seconds: return columns(count, of: Int(clamping: nanoseconds)) { Int(clamping: $1.time) }
    }
  }

  private func columns(_ width: Int, of length: Int, position: (Int, Event) -> Int) -> [Column] {
    let peakEvent = peak.event
    let phases = spans.flatMap { Array(repeating: $0.phase, count: $0.events.count) }
    var now = Column(bytes: startBytes, phase: spans.first?.phase ?? .forward, holdsPeak: false)
    var columns = [now]
    replay { index, bytes in
      let share = Double(position(index, events[index])) / Double(max(1, length))
      let target = min(width - 1, Int(share * Double(width)))
      let isNew = columns.count <= target
      // Slices in which nothing happens hold what the last change before them left.
      while columns.count <= target { columns.append(now) }
      now = Column(bytes: bytes, phase: phases[index], holdsPeak: false)
      if isNew || index == 0 || bytes.total > columns[target].bytes.total { columns[target].take(now) }
      if index == peakEvent { columns[target].holdsPeak = true }
    }
    return columns + Array(repeating: now, count: max(0, width - columns.count))
  }
}

extension MemoryTimeline.Column {
  /// Shows another moment; a peak once seen stays in the slice.
  fileprivate mutating func take(_ other: Self) {
    bytes = other.bytes
    phase = other.phase
  }
}
