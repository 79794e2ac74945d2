import Dispatch
import FoundationEssentials
import Synchronization
import TesseraNotebook

/// Tests several files at a time, each in a process of its own: a file that crashes takes no other with it.
struct TestPool {
  let options: SessionOptions
  let timeout: Double
  let patience: Double
  let jobs: Int

  /// The results in the order of the files; `report` sees each as it comes in.
  func run(_ files: [String], report: @escaping @Sendable (TestResult) -> Void) -> [TestResult] {
    let arguments =
      ["test", "--worker", "--timeout", "\(timeout)", "--patience", "\(patience)"] + options.asArguments
    let next = Atomic<Int>(0)
    let results = Mutex<[Int: TestResult]>([:])
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < files.count else { return }
        let result = Self.test(files[index], arguments)
        results.withLock { all in
          all[index] = result
          report(result)
        }
      }
    }
    return results.withLock { all in files.indices.compactMap { all[$0] } }
  }

  private static func test(_ file: String, _ arguments: [String]) -> TestResult {
    do {
      let path = ChildProcess.ownPath
      let ending = try ChildProcess.run(path, arguments + ["--", file], collectsOutput: true)
      if let result = try? JSONDecoder().decode(TestResult.self, from: Data(ending.output.utf8)) {
        return result
      }
      return lost(file, ending)
    } catch {
      return lost(file, ChildProcess.Ending())
    }
  }

  /// The result of a process that ended without one.
  private static func lost(_ file: String, _ ending: ChildProcess.Ending) -> TestResult {
    var item = TestCase(name: "process", line: 1)
    item.status = ending.status == ExitStatus.timedOut.code ? .timedOut : .error
    let how = ending.signal.map { "by signal \($0)" } ?? ending.status.map { "with status \($0)" } ?? "early"
    item.message = "the process that ran this file ended \(how)"
    var report = LessonReport(path: file, title: file)
    report.cases = [item]
    return TestResult(report: report)
  }
}
