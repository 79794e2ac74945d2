import ArgumentParser
import TesseraNotebook

/// `tessera learn`: a lesson step by step at the prompt.
struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Work through a lesson at the prompt; it resumes where you left it.")

  @OptionGroup var options: SessionOptions

  @Argument(help: "The lesson, a .md file.")
  var lesson: String

  func run() throws {
    let console = Console(color: options.color)
    guard StandardStream.isInputTerminal else {
      console.note("tessera: learn needs a terminal; tessera \(lesson) runs the lesson without one\n")
      throw ExitStatus.usage
    }
    var configuration = try options.configuration()
    configuration.width = console.width
    let folder = TextFile.folder(of: lesson)
    let session = try SessionFactory.make(configuration, folder: folder, console: console)
    let repl = Repl(session: session, console: console, quiet: options.quiet)
    try repl.openLesson(lesson)
    try repl.run()
  }
}
