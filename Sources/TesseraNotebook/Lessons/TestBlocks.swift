import TesseraScript

/// Runs the `test "name" { }` blocks that the last program of a session declared.
struct TestBlocks {
  let session: Session
  let options: LessonRunner.Options

  /// One case a block; a failed block does not stop the others.
  func run(path: String, fallbackLine: Int) -> [TestCase] {
    let timed = TimedRun(session: session, options: options, path: path)
    return session.interpreter.tests.map { test in
      var item = TestCase(name: test.name, line: fallbackLine)
      item.record(timed.run(&item, limit: options.timeout) { failure(of: test) }, in: path)
      return item
    }
  }

  private func failure(of test: (name: String, body: FunctionObject)) -> Diagnostic? {
    do throws(Diagnostic) {
      try session.interpreter.runTest(test)
      return nil
    } catch {
      return error
    }
  }
}
