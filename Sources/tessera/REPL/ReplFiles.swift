import TesseraNotebook
import TesseraScript

/// Commands that read and write files.
enum ReplFiles {
  static func run(_ repl: Repl, _ path: String) throws {
    var cell = CellSource(try read(path), name: path)
    cell.showsValue = false
    let result = repl.console.during("running \(path)") { repl.session.run(cell) }
    if result.error?.kind == .exit { repl.leave(ExitStatus(after: result.error)) }
  }

  static func load(_ repl: Repl, _ path: String) throws {
    repl.initialText = String(try read(path).reversed().drop { $0.isWhitespace }.reversed())
  }

  static func save(_ repl: Repl, _ path: String) throws {
    guard !path.isEmpty else { throw ScriptError("name a file", help: ":save mine.tes") }
    let session = SavedSession(repl.entries) {
      if case .complete = repl.session.interpreter.completeness(of: $0) { true } else { false }
    }
    let text =
      path.hasSuffix(".md")
      ? LessonFormatting.format(session.lesson(path: path))
      : try Formatter.format(SourceText(session.script, name: path))
    do { try TextFile.replace(path, with: text) } catch { throw ScriptError("cannot write \(error)") }
    repl.console.note("wrote \(repl.entries.count) entries to \(path)\n")
  }

  static func history(_ repl: Repl, _ count: String) {
    let all = repl.history.entries
    let shown = all.suffix(Int(count) ?? 20)
    let first = all.count - shown.count + 1
    for (offset, entry) in shown.enumerated() {
      let lines = entry.split(separator: "\n", omittingEmptySubsequences: false).joined(
        separator: "\n        ")
      let number = "\(first + offset)"
      repl.console.write(String(repeating: " ", count: max(0, 6 - number.count)) + "\(number)  \(lines)\n")
    }
  }

  private static func read(_ path: String) throws -> String {
    guard !path.isEmpty else { throw ScriptError("name a file") }
    do { return try TextFile.read(path) } catch { throw ScriptError("cannot read \(error)") }
  }
}
