import TesseraNotebook
import TesseraScript

/// Commands that say something about the session.
enum ReplQueries {
  static func variables(_ repl: Repl, _ arguments: String) {
    let interpreter = repl.session.interpreter
    let rows = interpreter.globalNames.compactMap { name in
      interpreter.global(name).map {
        [name, $0.typeName, firstLine(interpreter.describe($0), repl.console.width)]
      }
    }
    guard !rows.isEmpty else { return repl.console.write("no variables yet\n") }
    repl.session.emit(.table(Table(header: ["name", "type", "value"], rows: rows)))
  }

  /// One line, cut to what a table row has room for.
  private static func firstLine(_ text: String, _ width: Int) -> String {
    let line =
      text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    let limit = max(20, width - 30)
    return line.count > limit || line.count < text.count ? line.prefix(limit - 1) + "…" : line
  }

  static func type(_ repl: Repl, _ expression: String) throws {
    guard !expression.isEmpty else { throw ScriptError("what is the expression?", help: ":type 1 + 2.0") }
    let value = try repl.session.interpreter.run(SourceText(expression, name: ":type"))
    repl.console.write((value ?? .none).typeName + "\n")
  }

  static func explain(_ repl: Repl, _ code: String) throws {
    guard
      let page = Explanation.page(for: code.uppercased()) ?? EngineExplanations.page(for: code.uppercased())
    else {
      throw ScriptError("there is no page for `\(code)`", help: "codes look like E0101; errors show theirs")
    }
    let style = repl.console.style
    let indented = { (text: String) in text.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    }
    repl.console.write(
      """
      \(style.apply(.bold, "\(page.code): \(page.title)"))

      \(page.text)

      This fails:
      \(indented(page.wrong))

      This works:
      \(indented(page.right))

      """)
  }
}

/// `:time` and `:timeit`.
enum ReplTiming {
  static func time(_ repl: Repl, _ code: String) throws {
    guard !code.isEmpty else { throw ScriptError("what is to be timed?", help: ":time sum(range(1000000))") }
    let result = repl.evaluate(code)
    if result.error == nil { repl.console.write("took \(ProfileText.duration(result.seconds))\n") }
  }

  /// Doubles the number of turns until one round takes a tenth of a second, then takes five rounds.
  ///
  /// What running an empty program takes is taken off.
  static func timeit(_ repl: Repl, _ code: String) throws {
    guard !code.isEmpty else { throw ScriptError("what is to be timed?", help: ":timeit sum(range(1000))") }
    repl.session.interpreter.interrupt.clear()
    try repl.console.during("timing") {
      var turns = 1
      while try seconds(of: turns, code, repl) < 0.1, turns < 1 << 24 { turns *= 2 }
      let rounds = try (0..<5).map { _ in
        try max(0, seconds(of: turns, code, repl) - seconds(of: turns, "None", repl)) / Double(turns)
      }
      let mean = rounds.reduce(0, +) / Double(rounds.count)
      let spread = (rounds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rounds.count)).squareRoot()
      repl.console.write(
        "\(ProfileText.duration(mean)) ± \(ProfileText.duration(spread)) (5 rounds of \(turns))\n")
    }
  }

  private static func seconds(of turns: Int, _ code: String, _ repl: Repl) throws -> Double {
    let start = ContinuousClock.now
    try repl.session.interpreter.run(SourceText(code, name: ":timeit"), turns: turns)
    let passed = (ContinuousClock.now - start).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  }
}
