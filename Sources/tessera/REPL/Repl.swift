import Glibc
import TesseraNotebook
import TesseraScript

/// The prompt: reads an entry, runs it, shows what it gives, and again.
final class Repl {
  private(set) var session: Session
  let console: Console
  let history = History()
  /// What was run, in order, for `:save` and `??name`.
  private(set) var entries: [Entry] = []
  /// The lesson that is open, if one is.
  var learning: LearnMode?
  /// Put on the line at the next prompt.
  var initialText = ""

  /// What is remembered of an entry; not its value, as a tensor would live as long as the prompt.
  struct Entry {
    let text: String
    let output: String
    let hasValue: Bool
    /// What kind of error ended it.
    let failure: Diagnostic.Kind?
  }

  private let quiet: Bool
  private let interrupts: Interrupts
  private var isLeaving = false

  init(session: Session, console: Console, quiet: Bool, interrupts: Interrupts) {
    self.session = session
    self.console = console
    self.quiet = quiet
    self.interrupts = interrupts
    interrupts.protectSession()
    interrupts.aim(at: session.interpreter.interrupt)
    nameResult()
  }

  /// `ans` is another name of `_`, the last value shown: one variable, which `:vars` lists and `del _` frees.
  private func nameResult() { session.interpreter.alias("ans", of: "_") }

  /// Runs until the reader leaves.
  func run() throws {
    guard StandardStream.isInputTerminal else { return try runStandardInput() }
    guard
      let editor = LineEditor(
        history: history, suggests: console.style == .ansi, columns: { [console] in console.width },
        complete: { [unowned self] in completer.complete($0, at: $1) })
    else {
      console.note("tessera: the terminal cannot be used for editing\n")
      throw ExitStatus.failure
    }
    greet()
    learning?.show()
    var wasInterrupted = false
    while !isLeaving {
      let initial = initialText
      initialText = ""
      let entry = editor.read(
        prompt: prompt, continuation: colored("    ... "), initial: initial, isUnfinished: isUnfinished)
      guard let text = try text(of: entry, &wasInterrupted) else { continue }
      if !text.allSatisfy(\.isWhitespace) { editor.remember(text) }
      perform(text)
    }
  }

  /// With `-i` and no terminal the rest of standard input is one more program.
  private func runStandardInput() throws {
    var cell = CellSource(try TextFile.readStandardInput(), name: "stdin")
    cell.showsValue = false
    let result = session.run(cell)
    guard result.error == nil else { throw ExitStatus(after: result.error) }
  }

  /// What to run, or nil where there is nothing to run.
  ///
  /// Leaving throws.
  private func text(of entry: LineEditor.Entry, _ wasInterrupted: inout Bool) throws -> String? {
    switch entry {
    case .text(let text):
      wasInterrupted = false
      return Transcript.program(in: text) ?? text
    case .endOfInput:
      console.write("\n")
      throw ExitStatus.success
    case .interrupted(wasEmpty: true):
      if wasInterrupted { throw ExitStatus.interrupted }
      wasInterrupted = true
      console.note("(Ctrl-C again leaves, as Ctrl-D and :quit do)\n")
      return nil
    case .interrupted(wasEmpty: false):
      wasInterrupted = false
      return nil
    case .editor(let text):
      wasInterrupted = false
      guard let edited = ExternalEditor.edit(text, console) else { return nil }
      console.write(edited + "\n")
      return edited
    }
  }

  private var prompt: String { colored(learning?.prompt ?? "tessera> ") }

  /// Escape sequences stand between `\1` so that the editor does not count them as columns.
  private func colored(_ text: String) -> String {
    guard console.style == .ansi else { return text }
    // The blank stays outside: libedit draws such a sequence with the character after it, and at the very end of
    // a prompt not at all.
    return "\u{1}\u{1B}[36m\u{1}\(text.dropLast())\u{1}\u{1B}[0m\u{1} "
  }

  private func greet() {
    if let problem = history.problem, !quiet {
      console.note("tessera: history is not kept: \(problem)\n")
    }
    guard !quiet, learning == nil else { return }
    console.write(
      "\(Version.text) · \(session.configuration.device ?? "cpu") · :help for help, Ctrl-D to leave\n")
  }

  // MARK: - Entries

  private func isUnfinished(_ text: String) -> Bool {
    let text = Transcript.program(in: text) ?? text
    guard !(learning?.claims(text) ?? false), let program = program(in: text) else { return false }
    if case .incomplete = session.interpreter.completeness(of: program) { return true }
    return false
  }

  /// The program of an entry: the entry itself, or the code that a command such as `:timeit` is given.
  private func program(in text: String) -> String? {
    guard isCommand(text) else { return text }
    let parts = text.dropFirst().split(separator: " ", maxSplits: 1)
    guard parts.count == 2, var usage = usage(ofCommand: String(parts[0])) else { return nil }
    var rest = parts[1]
    if usage.hasPrefix("FILE ") {
      usage.removeFirst("FILE ".count)
      rest = rest.drop { $0 != " " }
    }
    return usage == "CODE" ? String(rest) : nil
  }

  private func usage(ofCommand name: String) -> String? {
    ReplCommand.named(name)?.usage ?? session.commands.first { $0.name == name }?.usage
  }

  private func isCommand(_ text: String) -> Bool {
    text.first.map { ":%?".contains($0) } ?? false
  }

  private func perform(_ text: String) {
    if let learning, learning.claims(text) { return learning.perform(text) }
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    if text.hasPrefix("?") { return ReplHelp(repl: self).show(text) }
    if isCommand(text) { return runCommand(String(text.dropFirst())) }
    if learning?.takesAnswer(text) == true { return }
    evaluate(text)
  }

  /// Runs a program typed here.
  @discardableResult
  func evaluate(_ text: String) -> CellResult {
    interrupts.aim(at: session.interpreter.interrupt)
    var cell = CellSource(text, name: "input \(entries.count + 1)")
    cell.keepsValue = true
    let result = console.during("running") { session.run(cell) }
    entries.append(
      Entry(
        text: text, output: result.text, hasValue: result.value != nil, failure: result.error?.kind))
    if result.error?.kind == .exit { leave(ExitStatus(after: result.error)) }
    return result
  }

  /// Ends the prompt; what is on its way to disk has been written.
  func leave(_ status: ExitStatus = .success) {
    isLeaving = true
    if status != .success { status.exit() }
  }

  /// A session like the present one, with nothing in it.
  func reset() throws {
    session = try SessionFactory.make(session.configuration, folder: ".", console: console)
    interrupts.aim(at: session.interpreter.interrupt)
    entries = []
    nameResult()
  }

  // MARK: - Commands

  private func runCommand(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let name = words.first ?? ""
    let arguments = words.count > 1 ? words[1] : ""
    do {
      if let command = ReplCommand.named(name) {
        try command.action(self, arguments)
      } else if let command = session.commands.first(where: { $0.name == name }) {
        interrupts.aim(at: session.interpreter.interrupt)
        try console.during(":\(name)") { try command.action(arguments, session) }
      } else {
        unknownCommand(name)
      }
    } catch let diagnostic as Diagnostic {
      session.emit(.error(diagnostic))
    } catch let failure as ScriptError {
      console.note("error: \(failure.title)\n" + (failure.help.map { "help: \($0)\n" } ?? ""))
    } catch let status as ExitStatus {
      leave(status)
    } catch {
      console.note("error: \(error)\n")
    }
  }

  private func unknownCommand(_ name: String) {
    let near = nearestName(to: name, among: commandNames.map(\.name))
    let help = near.map { "did you mean :\($0)?" } ?? ":help lists the commands"
    console.note("error: there is no command :\(name)\nhelp: \(help)\n")
  }

  /// Every command of this prompt with one line about it.
  var commandNames: [(name: String, summary: String)] {
    ReplCommand.all.map { ($0.name, $0.summary) } + session.commands.map { ($0.name, $0.summary) }
  }

  private var completer: Completer {
    Completer(session: session, commands: commandNames, paths: PathCompletion.paths)
  }

  /// Opens a lesson, at the place where it was left.
  func openLesson(_ path: String) throws {
    learning = try LearnMode(path: path, repl: self)
  }
}
