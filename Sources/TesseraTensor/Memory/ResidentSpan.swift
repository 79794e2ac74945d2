/// The process's resident size over one stretch of time.
public struct ResidentSpan: Sendable, Equatable {
  /// Bytes at its start.
  public let entryBytes: Int
  /// The largest that was.
  public internal(set) var peakBytes: Int
  /// Whether ``peakBytes`` is this stretch's own.
  ///
  /// Where the system does not let the mark start over it is the process's largest since it began.
  public let isOwnPeak: Bool

  mutating func raise(to bytes: Int) { peakBytes = max(peakBytes, bytes) }
}

/// Follows the resident size over spans that nest.
///
/// The system keeps one high-water mark a process. Whoever starts it over first writes it down for the spans that are
/// open; engines that record at the same time in one process lower each other's marks.
final class ResidentWatch {
  private var open: [Int: ResidentSpan] = [:]
  private var nextNumber = 0

  /// Opens a span; nil where the system tells no sizes.
  func begin() -> Int? {
    settle()
    let isOwnPeak = ResidentMemory.resetPeak()
    guard let bytes = ResidentMemory.current else { return nil }
    nextNumber += 1
    open[nextNumber] = ResidentSpan(entryBytes: bytes, peakBytes: bytes, isOwnPeak: isOwnPeak)
    return nextNumber
  }

  /// Closes a span.
  func end(_ number: Int) -> ResidentSpan? {
    settle()
    return open.removeValue(forKey: number)
  }

  private func settle() {
    guard !open.isEmpty, let peak = ResidentMemory.peak else { return }
    for number in open.keys { open[number]?.raise(to: peak) }
  }
}
