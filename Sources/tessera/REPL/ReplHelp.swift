import TesseraNotebook

/// `:help`, `?name` and `??name`.
struct ReplHelp {
  let repl: Repl

  func overview() {
    let own = ReplCommand.all.map { (":\($0.name) \($0.usage)", $0.summary) }
    let added = repl.session.commands.map { (":\($0.name) \($0.usage)", $0.summary) }
    let keys = [
      ("?name", "help on a name; ??name its source"), ("Tab", "complete; where it lists, Tab again explains"),
      ("Right, Alt-F", "take the grey suggestion, or a word of it"),
      ("Up, Ctrl-R", "earlier entries: those that start like the line, or contain a text"),
      ("_, ans", "the last value shown"), ("Ctrl-C", "give up the line, or stop what runs"),
      ("Ctrl-X Ctrl-E", "edit in $EDITOR"),
    ]
    let rows = own + added + keys
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    for (name, summary) in rows {
      let line = name + String(repeating: " ", count: width - name.count) + summary
      repl.console.write(line.wrapped(width: repl.console.width, indent: min(width, 20)) + "\n")
    }
  }

  /// Shows the page for a question: `?name` or `??name`.
  func show(_ question: String) {
    let wantsSource = question.hasPrefix("??")
    let name = question.drop { $0 == "?" }.filter { !$0.isWhitespace }
    guard !name.isEmpty else { return overview() }
    let help = HelpPage(session: repl.session)
    guard let page = help.text(for: name) else { return unknown(name, help) }
    repl.console.write(page.wrapped(width: min(repl.console.width, 100), indent: 0) + "\n")
    if wantsSource { showSource(of: name) }
  }

  private func unknown(_ name: String, _ help: HelpPage) {
    let near = help.suggestion(for: name).map { "did you mean ?\($0)" } ?? ":vars lists the variables"
    repl.console.note("error: there is nothing called `\(name)`\nhelp: \(near)\n")
  }

  /// The last entry that defined the name.
  private func showSource(of name: String) {
    let heads = ["def \(name)(", "model \(name)(", "\(name) = "]
    let source = repl.entries.last { entry in
      entry.text.split(separator: "\n").contains { line in heads.contains { line.hasPrefix($0) } }
    }
    repl.console.write("\n" + (source?.text ?? "# not defined at this prompt") + "\n")
  }
}
