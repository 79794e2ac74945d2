import TesseraNotebook
import TesseraScript

/// A command of the prompt: a row of the table below.
struct ReplCommand: Sendable {
  let name: String
  let usage: String
  let summary: String
  let action: @Sendable (_ repl: Repl, _ arguments: String) throws -> Void

  /// The command with this name, or the only one that begins with it.
  static func named(_ name: String) -> ReplCommand? {
    if let exact = all.first(where: { $0.name == name }) { return exact }
    let fitting = all.filter { $0.name.hasPrefix(name) }
    return fitting.count == 1 && !name.isEmpty ? fitting.first : nil
  }

  static let all: [ReplCommand] = [
    ReplCommand(name: "help", usage: "[NAME]", summary: "this list, or help on a name") { repl, name in
      name.isEmpty ? ReplHelp(repl: repl).overview() : ReplHelp(repl: repl).show("?" + name)
    },
    ReplCommand(
      name: "vars", usage: "", summary: "the variables and what they hold", action: ReplQueries.variables),
    ReplCommand(
      name: "type", usage: "EXPRESSION", summary: "what kind of value it is", action: ReplQueries.type),
    ReplCommand(
      name: "time", usage: "CODE", summary: "run once and say how long it took", action: ReplTiming.time),
    ReplCommand(
      name: "timeit", usage: "CODE", summary: "run often and say the mean", action: ReplTiming.timeit),
    ReplCommand(name: "run", usage: "FILE", summary: "run a script in this session", action: ReplFiles.run),
    ReplCommand(
      name: "load", usage: "FILE", summary: "put a file on the line, to edit or run", action: ReplFiles.load),
    ReplCommand(
      name: "save", usage: "FILE", summary: "write what was entered to a script (.tes) or a lesson (.md)",
      action: ReplFiles.save),
    ReplCommand(name: "history", usage: "[COUNT]", summary: "the last entries", action: ReplFiles.history),
    ReplCommand(name: "edit", usage: "", summary: "the last entry in $EDITOR (also Ctrl-X Ctrl-E)") {
      repl, _ in
      guard let text = ExternalEditor.edit(repl.entries.last?.text ?? "", repl.console) else { return }
      repl.console.write(text + "\n")
      repl.evaluate(text)
    },
    ReplCommand(name: "reset", usage: "", summary: "forget every variable") { repl, _ in
      try repl.reset()
      repl.console.note("the session is empty\n")
    },
    ReplCommand(name: "explain", usage: "ERROR", summary: "more about an error, as in :explain E0101") {
      repl, code in
      try ReplQueries.explain(repl, code)
    },
    ReplCommand(name: "ast", usage: "CODE", summary: "how the language reads it") { repl, code in
      repl.console.write(
        try repl.session.interpreter.syntaxTree(SourceText(code, name: ":ast")).withFinalNewline)
    },
    ReplCommand(name: "code", usage: "CODE", summary: "the instructions it becomes") { repl, code in
      repl.console.write(
        try repl.session.interpreter.disassemble(SourceText(code, name: ":code")).withFinalNewline)
    },
    ReplCommand(name: "lesson", usage: "FILE", summary: "work through a lesson, in this session") {
      repl, path in
      guard !path.isEmpty else {
        throw ScriptError("name a lesson", help: ":lesson lessons/1-language/01-values.md")
      }
      try repl.openLesson(path)
      repl.learning?.show()
    },
    lessonMove("next", "go on without running the cell") { $0.skip() },
    lessonMove("back", "go back one step") { $0.back() },
    lessonMove("hint", "one more hint on the exercise") { $0.hint() },
    lessonMove("check", "run your answer and its checks") { $0.runStep() },
    lessonMove("solution", "show one way to solve the exercise") { $0.solution() },
    lessonMove("skip", "take the solution and go on") { $0.takeSolution() },
    lessonMove("restart", "begin the lesson again, forgetting answers") { $0.restart() },
    ReplCommand(name: "quit", usage: "", summary: "leave the lesson, or the prompt") { repl, _ in
      guard let learning = repl.learning else { return repl.leave() }
      learning.close()
    },
  ]

  private static func lessonMove(
    _ name: String, _ summary: String, _ move: @escaping @Sendable (LearnMode) -> Void
  ) -> ReplCommand {
    ReplCommand(name: name, usage: "", summary: "in a lesson: \(summary)") { repl, _ in
      guard let learning = repl.learning else {
        throw ScriptError("no lesson is open", help: ":lesson FILE opens one")
      }
      move(learning)
    }
  }
}

extension String {
  /// The text, ended by a line ending.
  var withFinalNewline: String { last?.isNewline == true || isEmpty ? self : self + "\n" }
}
