import Dispatch
import Synchronization
import TesseraScript

/// Stops a cell whose time is up.
///
/// At the limit it raises the interrupt flag, which ends the cell with its session intact. Code that does not
/// look at the flag in time is beyond rescue: `stuck` then ends the process.
final class Watchdog: Sendable {
  private let fired = Atomic<Bool>(false)
  private let generation = Atomic<Int>(0)
  private let interrupt: InterruptFlag
  private let stuck: @Sendable (_ limit: Double) -> Void
  /// Seconds between asking and giving up.
  private let grace: Double

  init(interrupt: InterruptFlag, grace: Double = 5, stuck: @escaping @Sendable (_ limit: Double) -> Void) {
    self.interrupt = interrupt
    self.grace = grace
    self.stuck = stuck
  }

  /// Runs `body` under a limit in seconds; true when the time was up before it ended.
  func watch(limit: Double, _ body: () -> Void) -> Bool {
    let current = generation.add(1, ordering: .sequentiallyConsistent).newValue
    fired.store(false, ordering: .sequentiallyConsistent)
    schedule(after: limit, for: current) { [self] in
      fired.store(true, ordering: .sequentiallyConsistent)
      interrupt.raise()
    }
    schedule(after: limit + grace, for: current) { [self] in stuck(limit) }
    body()
    // Moves the generation on, so that what is still scheduled finds itself out of date.
    generation.add(1, ordering: .sequentiallyConsistent)
    return fired.load(ordering: .sequentiallyConsistent)
  }

  private func schedule(after seconds: Double, for current: Int, _ work: @escaping @Sendable () -> Void) {
    // A day stands for "no limit": the timer's own range is finite.
    let delay = DispatchTimeInterval.milliseconds(Int(min(seconds, 86_400) * 1000))
    DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + delay) { [self] in
      if generation.load(ordering: .sequentiallyConsistent) == current { work() }
    }
  }
}

/// Runs one test case after another under a limit, in a session.
struct TimedRun {
  let session: Session
  let options: LessonRunner.Options
  let path: String

  /// Runs `body`, which returns what stopped it, and records that and the time in the case.
  ///
  /// - Returns: what stopped it, unless that was the limit.
  @discardableResult
  func run(_ item: inout TestCase, limit: Double, _ body: () -> Diagnostic?) -> Diagnostic? {
    let (stuck, path, name) = (options.stuck, path, item.name)
    let watchdog = Watchdog(interrupt: session.interpreter.interrupt) { stuck(path, name, $0) }
    let clock = ContinuousClock()
    let start = clock.now
    var failure: Diagnostic?
    let fired = watchdog.watch(limit: limit) { failure = body() }
    item.seconds = (clock.now - start).inSeconds
    // A case that ended on its own in the last moment did not time out.
    guard fired, failure?.kind == .interrupted else { return failure }
    session.interpreter.interrupt.clear()
    (item.status, item.message) = (.timedOut, "still running after \(limit.shortDescription) s")
    return nil
  }
}

extension TestCase {
  /// Records an error that was not expected; `exit(…)` is none.
  mutating func record(_ error: Diagnostic?, in path: String) {
    guard let error, error.kind != .exit else { return }
    status = error.isAssertion ? .failed : .error
    (message, detail) = (error.title, error.rendered(color: false))
    if error.location.name == path { line = error.location.line }
  }
}

extension Diagnostic {
  /// Whether an `assert` did not hold: a failed expectation rather than a broken program.
  var isAssertion: Bool { code == "E0420" }
}

extension Double {
  /// The number without a fraction it does not have: `60`, `0.5`.
  var shortDescription: String { self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)" }
}
