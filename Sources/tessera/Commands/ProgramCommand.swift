import ArgumentParser
import TesseraNotebook
import TesseraScript

/// Runs what the command line names: code, a script, a lesson, standard input, or the prompt.
struct ProgramCommand {
  let options: SessionOptions
  let limits: LimitOptions
  let code: String?
  let words: [String]
  let staysInteractive: Bool
  /// Where a trace of memory goes; nil for none.
  var tracePath: String?

  /// A program and where it came from.
  private struct Program {
    var text: String
    /// What diagnostics call it.
    var name: String
    /// Where its imports are looked up.
    var folder = "."
    var isLesson = false
  }

  func run() throws {
    let console = Console(color: options.color, quiet: options.quiet)
    var configuration = try options.configuration()
    limits.apply(to: &configuration)
    configuration.width = console.width
    configuration.tracesMemory = tracePath != nil
    configuration.arguments = code == nil ? Array(words.dropFirst()) : words
    guard let program = try program(console) else {
      return try prompt(configuration, console)
    }
    let session = try SessionFactory.make(configuration, folder: program.folder, console: console)
    let interrupts = Interrupts()
    interrupts.aim(at: session.interpreter.interrupt)
    let status = try run(program, in: session, console)
    warnAboutParameters(session, console)
    guard staysInteractive else {
      try writeTrace(of: session, console)
      throw status
    }
    try converse(session, console, interrupts)
  }

  /// The prompt, until it ends as it always does: with a status.
  private func converse(_ session: Session, _ console: Console, _ interrupts: Interrupts) throws {
    do {
      try Repl(session: session, console: console, quiet: options.quiet, interrupts: interrupts).run()
    } catch let status as ExitStatus {
      try writeTrace(of: session, console)
      throw status
    }
    try writeTrace(of: session, console)
  }

  private func writeTrace(of session: Session, _ console: Console) throws {
    guard let tracePath, let trace = session.memoryTrace() else { return }
    do { try TextFile.replace(tracePath, with: trace.text) } catch {
      console.note("tessera: cannot write \(error)\n")
      throw ExitStatus.usage
    }
  }

  /// The program to run; nil for the prompt.
  private func program(_ console: Console) throws -> Program? {
    if let code { return Program(text: code, name: "-c") }
    guard let file = words.first else {
      return StandardStream.isInputTerminal ? nil : try standardInput(console)
    }
    if file == "-" { return try standardInput(console) }
    let isLesson = file.hasSuffix(".md")
    guard isLesson || file.hasSuffix(".tes") || file.contains("/") || file.contains(".") else {
      throw ValidationError(unknownWord(file))
    }
    return try Program(
      text: read(console) { try TextFile.read(file) }, name: file, folder: TextFile.folder(of: file),
      isLesson: isLesson)
  }

  private func standardInput(_ console: Console) throws -> Program {
    Program(text: try read(console, TextFile.readStandardInput), name: "stdin")
  }

  private func read(_ console: Console, _ body: () throws -> String) throws -> String {
    do { return try body() } catch {
      console.note("tessera: cannot read \(error)\n")
      throw ExitStatus.usage
    }
  }

  private func unknownWord(_ word: String) -> String {
    let guess =
      nearestName(to: word, among: SubcommandRoot.names).map { "; did you mean `tessera \($0)`?" }
      ?? ""
    return "`\(word)` is neither a subcommand nor a file (.tes, .md)\(guess)"
  }

  private func run(_ program: Program, in session: Session, _ console: Console) throws -> ExitStatus {
    if program.isLesson {
      let lesson = LessonParser.parse(program.text, path: program.name)
      return try LessonShow(session: session, console: console, quiet: options.quiet).run(lesson)
    }
    var cell = CellSource(program.text, name: program.name)
    cell.showsValue = false
    let result = console.during("running \(program.name)") { session.run(cell) }
    return ExitStatus(after: result.error)
  }

  private func warnAboutParameters(_ session: Session, _ console: Console) {
    for name in session.unusedParameters {
      console.note("tessera: warning: the program has no parameter `\(name)`\n")
    }
  }

  private func prompt(_ configuration: Session.Configuration, _ console: Console) throws {
    let session = try SessionFactory.make(configuration, folder: ".", console: console)
    try converse(session, console, Interrupts())
  }
}
