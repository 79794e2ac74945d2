import FoundationEssentials
import Glibc
import TesseraNotebook

/// What testing one file gave: its report, and the outputs that differ from their fences.
struct TestResult: Codable, Sendable {
  var report: LessonReport
  var outputs: [String: String] = [:]
}

/// Tests files one at a time, each in a session of its own.
struct TestWorker {
  let options: SessionOptions
  let timeout: Double
  var patience = 1.0

  /// Tests one file in this process.
  func test(_ path: String) throws -> TestResult {
    let console = Console(color: .never)
    let text: String
    do { text = try TextFile.read(path) } catch {
      console.note("tessera: cannot read \(error)\n")
      throw ExitStatus.usage
    }
    let folder = TextFile.folder(of: path)
    let session = try SessionFactory.make(options.configuration(), folder: folder, console: console)
    session.sink = { _ in }
    session.warningSink = { _ in }
    return path.hasSuffix(".md") ? lesson(text, path, session) : script(text, path, session)
  }

  /// Tests one file and prints the result for the parent process.
  func serve(_ paths: [String]) throws {
    for path in paths {
      let data = try JSONEncoder().encode(test(path))
      StandardStream.output.write(String(decoding: data, as: UTF8.self) + "\n")
    }
  }

  private var limits: LessonRunner.Options {
    var limits = LessonRunner.Options()
    limits.timeout = timeout * patience
    limits.patience = patience
    limits.stuck = { path, cell, limit in
      StandardStream.error.write(
        "tessera: \(path): `\(cell)` did not stop when its \(limit) s were up; the process ends\n")
      _exit(ExitStatus.timedOut.code)
    }
    return limits
  }

  private func lesson(_ text: String, _ path: String, _ session: Session) -> TestResult {
    let lesson = LessonParser.parse(text, path: path)
    guard lesson.problems.isEmpty else { return TestResult(report: malformed(lesson)) }
    let runner = LessonRunner(session: session, options: limits)
    let report = runner.run(lesson)
    return TestResult(report: report, outputs: runner.actualOutputs)
  }

  private func malformed(_ lesson: Lesson) -> LessonReport {
    var report = LessonReport(path: lesson.path, title: lesson.title)
    report.cases = lesson.problems.map { problem in
      var item = TestCase(name: "format", line: problem.line)
      (item.status, item.message) = (.error, problem.title)
      item.detail = problem.rendered(path: lesson.path)
      return item
    }
    return report
  }

  private func script(_ text: String, _ path: String, _ session: Session) -> TestResult {
    TestResult(report: ScriptTests(session: session, options: limits).run(text, path: path))
  }
}
