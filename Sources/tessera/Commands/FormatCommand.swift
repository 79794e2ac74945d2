import ArgumentParser
import TesseraNotebook
import TesseraScript

/// `tessera fmt`: lays out scripts and the cells of lessons.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Lay out scripts and the cells of lessons in the project's one way.",
    discussion: """
      Lines, comments and strings stay the writer's. Folders mean the .tes and .md files in them.
      Exit status: 0 done, 1 a file is no program, or with --check: is not laid out; 2 usage.
      """)

  @Flag(help: "Write nothing; name the files that are not laid out.")
  var check = false

  @Argument(help: "Scripts (.tes), lessons (.md), folders of them, or - (stdin to stdout).")
  var paths: [String] = []

  func validate() throws {
    if paths.isEmpty { throw ValidationError("name a file, a folder or -: tessera fmt lessons") }
  }

  func run() throws {
    let console = Console(color: .auto)
    var failed = false
    for path in paths == ["-"] ? paths : try TestFiles.find(paths, console, where: { _ in true }) {
      do { failed = try !format(path, console) || failed } catch let error as Diagnostic {
        console.note(error.rendered(color: false) + "\n")
        failed = true
      }
    }
    if failed { throw ExitStatus.failure }
  }

  /// False where `--check` found the file not laid out.
  private func format(_ path: String, _ console: Console) throws -> Bool {
    let isStream = path == "-"
    let text = try isStream ? TextFile.readStandardInput() : TextFile.read(path)
    let formatted =
      path.hasSuffix(".md")
      ? LessonFormatting.format(text)
      : try Formatter.format(SourceText(text, name: isStream ? "stdin" : path))
    if check {
      if formatted != text { console.note("\(path) is not laid out; tessera fmt \(path)\n") }
      return formatted == text
    }
    if isStream {
      console.write(formatted)
    } else if formatted != text {
      try TextFile.replace(path, with: formatted)
    }
    return true
  }
}
