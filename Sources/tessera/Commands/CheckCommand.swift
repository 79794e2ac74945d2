import ArgumentParser
import TesseraNotebook

/// `tessera check`: the author's lint of lessons.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check lessons as an author: links, exercises, length, named files.",
    discussion: """
      Links and named files exist; every exercise has a blank, a hint, a solution and a check; a page has at most \
      \(LessonCheck.lineLimit) lines without its outputs; a course's README lists every lesson. With --run the \
      lessons also run, and their output fences are compared. Exit status: 0 clean, 1 problems, 2 usage, 5 no lesson.
      """)

  @OptionGroup var options: SessionOptions

  @Flag(name: .customLong("run"), help: "Also run every lesson and compare its output fences.")
  var runsLessons = false

  @Argument(help: "Lessons (.md), and folders of them.")
  var paths: [String] = []

  func validate() throws {
    if paths.isEmpty { throw ValidationError("name a lesson or a folder: tessera check lessons") }
  }

  func run() throws {
    let console = Console(color: options.color, quiet: options.quiet)
    let files = try TestFiles.find(paths, console).filter { $0.hasSuffix(".md") }
    guard !files.isEmpty else {
      console.note("tessera: no lesson found in \(paths.joined(separator: " "))\n")
      throw ExitStatus.noLessonFound
    }
    var count = 0
    for path in files { count += try report(problems(of: path, console), in: path, console) }
    for path in paths { count += try report(unlisted(files, below: path), in: readme(of: path), console) }
    if !options.quiet {
      let pages = files.count == 1 ? "1 lesson" : "\(files.count) lessons"
      console.write(
        "\(pages), \(count == 0 ? "no problem" : count == 1 ? "1 problem" : "\(count) problems")\n")
    }
    if count > 0 { throw ExitStatus.failure }
  }

  private func report(_ problems: [LessonProblem], in path: String, _ console: Console) throws -> Int {
    for problem in problems { console.write(problem.rendered(path: path) + "\n") }
    return problems.count
  }

  private func problems(of path: String, _ console: Console) throws -> [LessonProblem] {
    let text: String
    do { text = try TextFile.read(path) } catch {
      console.note("tessera: cannot read \(error)\n")
      throw ExitStatus.usage
    }
    let found = LessonCheck.problems(of: text, path: path)
    guard runsLessons else { return found }
    let report = try console.during("running \(path)") {
      try TestWorker(options: options, timeout: 60).test(path).report
    }
    return found
      + report.cases.filter(\.status.isFailure).map {
        LessonProblem(line: $0.line, title: "\($0.name): \($0.message)", help: nil)
      }
  }

  private func readme(of folder: String) -> String {
    folder + (folder.hasSuffix("/") ? "" : "/") + "README.md"
  }

  /// Lessons that the contents of a course, where there are any, do not link to.
  private func unlisted(_ files: [String], below folder: String) throws -> [LessonProblem] {
    guard TextFile.isFolder(folder), let text = try? TextFile.read(readme(of: folder)) else { return [] }
    let prefix = String(readme(of: folder).dropLast("README.md".count))
    return files.filter { $0.hasPrefix(prefix) && !text.contains("(\($0.dropFirst(prefix.count)))") }.map {
      LessonProblem(line: 1, title: "the lesson \($0) is not listed", help: "add its line")
    }
  }
}
