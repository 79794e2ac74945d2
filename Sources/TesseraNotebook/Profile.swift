import TesseraTensor

/// Where the time of one run of a program goes: by its own lines, and by the kernels they lead to.
///
/// A line's time is its own and that of what it calls, except calls of functions in the same source: these have lines of
/// their own here.
final class Profile {
  /// How often something ran and how long it took altogether.
  struct Sum: Equatable {
    var count = 0
    var seconds = 0.0
  }

  /// Kernels that count as one row.
  struct Kernel: Hashable {
    let op: String
    let isInBackward: Bool
    /// The script line, as `file:line`.
    let place: String
  }

  private(set) var lines: [Int: Sum] = [:]
  private(set) var kernels: [Kernel: Sum] = [:]
  /// The lines under way, the innermost last, with how many calls stood inside each other where each began.
  private var open: [(line: Int, depth: Int)] = []
  private var since = Clock.nanoseconds()

  /// A line begins; line 0 is the end of a call.
  func begin(line: Int, depth: Int) {
    charge()
    // A call that an error ended has said nothing: whatever is as deep or deeper is over.
    while let last = open.last, last.depth >= depth { open.removeLast() }
    if line > 0 {
      open.append((line, depth))
      lines[line, default: Sum()].count += 1
    }
    since = Clock.nanoseconds()
  }

  /// The program has ended.
  func end() {
    charge()
    open = []
  }

  /// A kernel has run.
  func add(_ run: OpRun) {
    let place = run.mark.map { "\($0)" } ?? ""
    let key = Kernel(op: run.name, isInBackward: run.isInBackward, place: place)
    kernels[key, default: Sum()].count += 1
    kernels[key, default: Sum()].seconds += Double(run.nanoseconds) / 1e9
  }

  private func charge() {
    guard let line = open.last?.line else { return }
    lines[line, default: Sum()].seconds += Clock.seconds(since: since)
  }
}
