import TesseraScript

/// Runs a lesson top to bottom in one session and compares what its cells show with their output fences.
public final class LessonRunner {
  /// What a runner tells its watcher while it works.
  public enum Event {
    /// A cell is about to run.
    case started(LessonCell)
    /// A case ended.
    case finished(TestCase)
  }

  /// What limits a run.
  public struct Options: Sendable {
    /// Seconds a cell may take that does not say otherwise.
    public var timeout: Double = 60
    /// How many times as long a cell may take that does say how long: a device in software is no author's fault.
    public var patience: Double = 1
    /// Called on another thread when a cell does not stop after its time was up; should end the process.
    public var stuck: @Sendable (_ path: String, _ cell: String, _ limit: Double) -> Void = { _, _, _ in }

    /// The usual limits.
    public init() {}
  }

  /// What each fence should hold, by its cell's id, for `--update`.
  public private(set) var actualOutputs: [String: String] = [:]

  private let session: Session
  private let options: Options
  private let watcher: (Event) -> Void

  /// A runner in the given session.
  public init(session: Session, options: Options = Options(), watcher: @escaping (Event) -> Void = { _ in }) {
    self.session = session
    self.options = options
    self.watcher = watcher
  }

  /// Runs every cell.
  ///
  /// After an unexpected error or a timeout the rest is skipped: what follows would only
  /// repeat the news.
  public func run(_ lesson: Lesson) -> LessonReport {
    var report = LessonReport(path: lesson.path, title: lesson.title)
    var stopped: String?
    for step in LessonPlan(lesson).steps {
      let cases = stopped.map { [skipped(step.cell, because: $0)] } ?? perform(step, in: lesson)
      if stopped == nil, let end = cases.first(where: { $0.status == .error || $0.status == .timedOut }) {
        stopped = "not run: `\(end.name)` on line \(end.line) did not end well"
      }
      for item in cases { watcher(.finished(item)) }
      report.cases += cases
    }
    return report
  }

  private func skipped(_ cell: LessonCell, because reason: String) -> TestCase {
    var result = TestCase(name: cell.id, line: cell.line)
    (result.status, result.message) = (.skipped, reason)
    return result
  }

  private func perform(_ step: LessonPlan.Step, in lesson: Lesson) -> [TestCase] {
    switch step {
    case .skip(let cell, let reason): [skipped(cell, because: reason)]
    case .run(let cell): run(cell, in: lesson)
    }
  }

  /// The case of the cell itself, and one for each `test` block in it.
  private func run(_ cell: LessonCell, in lesson: Lesson) -> [TestCase] {
    watcher(.started(cell))
    var first = TestCase(name: cell.id, line: cell.line)
    var result = CellResult()
    let timed = TimedRun(session: session, options: options, path: lesson.path)
    timed.run(&first, limit: cell.options.timeout.map { $0 * options.patience } ?? options.timeout) {
      result = session.run(CellSource(cell, in: lesson))
      return result.error
    }
    first.output = result.text
    if let reason = result.skipReason {
      (first.status, first.message) = (.skipped, reason)
    } else if first.status != .timedOut {
      judge(cell, result, path: lesson.path, &first)
    }
    guard first.status == .passed else { return [first] }
    let blocks = TestBlocks(session: session, options: options)
    return [first] + blocks.run(path: lesson.path, fallbackLine: cell.line)
  }

  private func judge(_ cell: LessonCell, _ result: CellResult, path: String, _ report: inout TestCase) {
    if let error = result.error, error.kind != .exit, !cell.options.expectsError {
      report.record(error, in: path)
    } else if result.error == nil, cell.options.expectsError {
      report.status = .failed
      report.message = "expected an error, and the cell ran to its end"
    } else {
      compareOutput(of: cell, with: result.text, &report)
    }
  }

  private func compareOutput(of cell: LessonCell, with actual: String, _ report: inout TestCase) {
    guard let fence = cell.output else {
      if !actual.isEmpty { actualOutputs[cell.id] = actual }
      return
    }
    let comparison = OutputComparison(precision: fence.precision)
    guard !comparison.matches(expected: fence.text, actual: actual) else { return }
    actualOutputs[cell.id] = actual
    let difference = OutputDifference(expected: fence.text, actual: actual, comparison: comparison)
    report.status = .failed
    report.line = fence.line
    report.message = "the output is not what this fence says"
    report.detail = difference.rendered()
  }
}
