import ArgumentParser
import TesseraNotebook

/// `tessera test`: runs lessons and `test` blocks and compares what they show.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run lessons and `test` blocks; compare output fences.",
    discussion: "Exit status: 0 passed, 1 failed, 2 usage, 5 no lesson found, 124 a cell's time was up.")

  @OptionGroup var options: SessionOptions

  @Flag(help: "Rewrite output fences that do not match. Refused under CI.")
  var update = false

  @Option(
    name: [.customShort("j"), .customLong("jobs")], help: ArgumentHelp("Files at a time.", valueName: "N"))
  var jobs = 1

  @Option(help: ArgumentHelp("Seconds a cell may run that does not say otherwise.", valueName: "S"))
  var timeout = 60.0

  @Option(
    help: ArgumentHelp(
      "Every limit N times as long, for slow machines and devices in software.", valueName: "N"))
  var patience = 1.0

  @Option(help: ArgumentHelp("Write a JUnit XML report.", valueName: "FILE"))
  var junit: String?

  @Flag(help: "Print a TAP version 14 report instead of text.")
  var tap = false

  /// The form in which one file's results travel from a child process to its parent.
  @Flag(help: .private) var worker = false

  @Argument(help: "Lessons (.md), scripts (.tes), and folders of them.")
  var paths: [String] = []

  func validate() throws {
    if jobs < 1 { throw ValidationError("-j must be at least 1") }
    if !(timeout > 0) { throw ValidationError("--timeout must be more than 0 seconds") }
    if !(patience >= 1) { throw ValidationError("--patience must be at least 1") }
    if paths.isEmpty { throw ValidationError("name a lesson, a script or a folder: tessera test lessons") }
    if update, Environment.isOn("CI") {
      throw ValidationError("--update is refused under CI: fences are what CI checks")
    }
  }

  func run() throws {
    if worker { return try TestWorker(options: options, timeout: timeout, patience: patience).serve(paths) }
    let console = Console(color: options.color, quiet: options.quiet)
    // One Ctrl-C ends a test run: it aims at no interpreter.
    _ = Interrupts()
    let files = try TestFiles.find(paths, console)
    guard !files.isEmpty else {
      console.note("tessera: no lesson found in \(paths.joined(separator: " "))\n")
      throw ExitStatus.noLessonFound
    }
    let printer = TestPrinter(console: console, quiet: options.quiet, isSilent: tap)
    let results = try results(of: files, console, printer)
    try finish(results, console, printer)
  }

  private func results(of files: [String], _ console: Console, _ printer: TestPrinter) throws -> [TestResult]
  {
    if jobs > 1, files.count > 1 {
      let pool = TestPool(
        options: options, timeout: timeout, patience: patience, jobs: min(jobs, files.count))
      return pool.run(files) { printer.print($0.report) }
    }
    let worker = TestWorker(options: options, timeout: timeout, patience: patience)
    return try files.enumerated().map { index, file in
      let result = try console.during("testing \(file) (\(index + 1) of \(files.count))") {
        try worker.test(file)
      }
      let shown = update ? try updated(result, console) : result
      printer.print(shown.report)
      return shown
    }
  }

  private func finish(_ results: [TestResult], _ console: Console, _ printer: TestPrinter) throws {
    let results =
      update && jobs > 1 && results.count > 1 ? try results.map { try updated($0, console) } : results
    let reports = results.map(\.report)
    if tap { console.write(TAPReport.render(reports)) }
    printer.printSummary(reports)
    if Environment["GITHUB_ACTIONS"] == "true" { console.write(GitHubAnnotations.render(reports)) }
    if let junit { try save(JUnitReport.render(reports), to: junit, console) }
    throw status(of: reports)
  }

  private func status(of reports: [LessonReport]) -> ExitStatus {
    if reports.contains(where: { $0.count(.timedOut) > 0 }) { return .timedOut }
    return reports.allSatisfy(\.passed) ? .success : .failure
  }

  /// Writes the fences of one file; its cells that only had the wrong fence have passed then.
  private func updated(_ result: TestResult, _ console: Console) throws -> TestResult {
    let path = result.report.path
    guard path.hasSuffix(".md"), !result.outputs.isEmpty else { return result }
    let text = try TextFile.read(path)
    let new = LessonUpdate.apply(result.outputs, to: text, path: path)
    guard new != text else { return result }
    try save(new, to: path, console)
    console.note("tessera: updated \(path)\n")
    var result = result
    for index in result.report.cases.indices where result.report.cases[index].status == .failed {
      if result.outputs[result.report.cases[index].name] != nil {
        result.report.cases[index].status = .passed
        (result.report.cases[index].message, result.report.cases[index].detail) = ("", "")
      }
    }
    return result
  }

  private func save(_ text: String, to path: String, _ console: Console) throws {
    do { try TextFile.replace(path, with: text) } catch {
      console.note("tessera: cannot write \(error)\n")
      throw ExitStatus.usage
    }
  }
}
