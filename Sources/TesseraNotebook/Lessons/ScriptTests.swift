import TesseraScript

/// Tests a script: the file itself is one case, and each of its `test` blocks is another.
public struct ScriptTests {
  private let session: Session
  private let options: LessonRunner.Options

  /// Tests in the given session.
  public init(session: Session, options: LessonRunner.Options = LessonRunner.Options()) {
    self.session = session
    self.options = options
  }

  /// Runs the file, then its blocks.
  public func run(_ text: String, path: String) -> LessonReport {
    var report = LessonReport(path: path, title: path.split(separator: "/").last.map(String.init) ?? path)
    var whole = TestCase(name: "top level", line: 1)
    var cell = CellSource(text, name: path)
    cell.showsValue = false
    let timed = TimedRun(session: session, options: options, path: path)
    var result = CellResult()
    let failure = timed.run(&whole, limit: options.timeout) {
      result = session.run(cell)
      return result.error
    }
    whole.output = result.text
    whole.record(failure, in: path)
    report.cases = [whole]
    if whole.status == .passed {
      report.cases += TestBlocks(session: session, options: options).run(path: path, fallbackLine: 1)
    }
    return report
  }
}
