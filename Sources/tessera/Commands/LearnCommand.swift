import ArgumentParser
import TesseraNotebook
import TesseraScript

/// `tessera learn`: a lesson step by step at the prompt.
struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Work through a lesson at the prompt; it resumes where you left it.")

  @OptionGroup var options: SessionOptions

  @Argument(help: "The lesson, a .md file; without one the course is listed and goes on where you are.")
  var lesson: String?

  func run() throws {
    let console = Console(color: options.color, quiet: options.quiet)
    guard StandardStream.isInputTerminal else {
      let instead = lesson.map { "; tessera \($0) runs the lesson without one" } ?? ""
      console.note("tessera: learn needs a terminal\(instead)\n")
      throw ExitStatus.usage
    }
    let path = try lesson ?? next(console)
    var configuration = try options.configuration()
    configuration.width = console.width
    let folder = TextFile.folder(of: path)
    let session = try SessionFactory.make(configuration, folder: folder, console: console)
    let repl = Repl(session: session, console: console, quiet: options.quiet, interrupts: Interrupts())
    do { try repl.openLesson(path) } catch let failure as ScriptError {
      console.note("tessera: \(failure.title)\n")
      throw ExitStatus.usage
    }
    try repl.run()
  }

  /// Lists the course; the lesson to go on with.
  private func next(_ console: Console) throws -> String {
    let course = try Course(console)
    guard !course.entries.isEmpty else {
      console.note("tessera: no lesson found here; name one: tessera learn FILE.md\n")
      throw ExitStatus.noLessonFound
    }
    course.show(console)
    guard let next = course.next else {
      console.write("\nYou have been through all of them; tessera learn FILE.md opens one again.\n")
      throw ExitStatus.success
    }
    return next.path
  }
}
