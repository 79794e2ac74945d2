import Foundation
import Glibc
import Testing

/// The prompt on a real terminal.
@Suite(.serialized) struct PromptTests {
  private func start(_ home: Scratch, environment: [String: String] = ["NO_COLOR": "1"]) throws -> Terminal {
    let terminal = try Terminal(home: home, environment: environment)
    try terminal.expect("tessera> ")
    return terminal
  }

  @Test func `a value is shown and kept as _`() throws {
    let terminal = try start(try Scratch())
    terminal.send("6 * 7\r")
    try terminal.expect("\n42\r\n")
    terminal.send("_ + 1\r")
    try terminal.expect("\n43\r\n")
  }

  @Test func `a paste of thirty lines with blank ones runs once`() throws {
    let terminal = try start(try Scratch())
    let body = (1...13).map { "  total = total + \($0)\n" }.joined(separator: "\n")
    let code =
      "count = 0\ndef add() {\n  total = 0\n\(body)\n  return total\n}\ncount += 1\n\nprint(\"ran\", count, add())"
    #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count >= 30)
    terminal.send("\u{1B}[200~\(code)\n\u{1B}[201~")
    terminal.send("\r")
    try terminal.expect("ran 1 91\r\n")
    try terminal.expect("tessera> ")
    terminal.send(":history\r")
    try terminal.expect("1  count = 0\r\n")
    #expect(!terminal.transcript.contains("ran 2"))
  }

  @Test func `a copied session runs without its prompts and answers`() throws {
    let terminal = try start(try Scratch())
    let copied = """
      tessera> def double(x) {
          ...   return 2 * x
          ... }
      tessera> double(4)
      8
      tessera> print("sum:", double(4) + double(5))
      sum: 18
      """
    terminal.send("\u{1B}[200~\(copied)\u{1B}[201~\r")
    try terminal.expect("\nsum: 18\r\ntessera> ")
    terminal.send(":history\r")
    try terminal.expect("1  def double(x) {\r\n")
  }

  @Test func `unfinished input continues and Up recalls the block whole`() throws {
    let terminal = try start(try Scratch())
    terminal.send("def f(x) {\r")
    try terminal.expect("    ... ")
    terminal.send("  return x * 2\r")
    try terminal.expect("    ... ")
    terminal.send("}\r")
    try terminal.expect("tessera> ")
    terminal.send("\u{1B}[A")
    try terminal.expect("def f(x) {\r\n  return x * 2\r\n}")
    terminal.send("\r")
    try terminal.expect("tessera> ")
    terminal.send("f(21)\r")
    try terminal.expect("\n42\r\n")
  }

  @Test func `Up finds entries that begin like the line`() throws {
    let terminal = try start(try Scratch())
    for entry in ["apple = 1", "banana = 2", "print(apple)"] {
      terminal.send(entry + "\r")
      try terminal.expect("tessera> ")
    }
    terminal.send("ban\u{1B}[A")
    try terminal.expect("ana = 2")
    terminal.send("\u{3}")
    try terminal.expect("tessera> ")
    terminal.send("\u{12}apple =")
    terminal.send("\r")
    terminal.send("\r")
    try terminal.expect("tessera> ")
    terminal.send(":history 2\r")
    try terminal.expect("apple = 1\r\n")
  }

  @Test func `Ctrl-C stops a running cell and variables survive`() throws {
    let terminal = try start(try Scratch())
    terminal.send("kept = 5\r")
    try terminal.expect("tessera> ")
    terminal.send("while True { }\r")
    try terminal.expect("\n")
    usleep(300_000)
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    try terminal.expect("tessera> ")
    terminal.send("kept + 1\r")
    try terminal.expect("\n6\r\n")
  }

  @Test func `Ctrl-C stops a kernel within a second`() throws {
    let terminal = try start(try Scratch())
    terminal.send("a = rand(3000, 3000)\r")
    try terminal.expect("tessera> ")
    terminal.send("b = [a @ a for i in range(1000)]\r")
    try terminal.expect("\n")
    usleep(500_000)
    let pressed = ContinuousClock.now
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    // One second is the promise; the other two are for a machine that is busy with other tests.
    #expect(ContinuousClock.now - pressed < .seconds(3))
    try terminal.expect("tessera> ")
    terminal.send("a.shape\r")
    try terminal.expect("(3000, 3000)")
  }

  @Test func `Ctrl-C gives up a line and a block`() throws {
    let terminal = try start(try Scratch())
    terminal.send("half a line\u{3}")
    try terminal.expect("^C\r\n")
    try terminal.expect("tessera> ")
    terminal.send("def f() {\r")
    try terminal.expect("    ... ")
    terminal.send("\u{3}")
    try terminal.expect("tessera> ")
    terminal.send("1 + 1\r")
    try terminal.expect("\n2\r\n")
  }

  @Test func `Ctrl-C twice on an empty line leaves with 130 and a hint`() throws {
    let terminal = try start(try Scratch())
    terminal.send("\u{3}")
    try terminal.expect("Ctrl-C again leaves")
    try terminal.expect("tessera> ")
    terminal.send("\u{3}")
    #expect(terminal.wait() == 130)
  }

  @Test(arguments: ["\u{4}", ":quit\r"])
  func `leaving exits 0`(keys: String) throws {
    let terminal = try start(try Scratch())
    terminal.send(keys)
    #expect(terminal.wait() == 0)
  }

  @Test func `history is kept for the owner alone, and across sessions`() throws {
    let home = try Scratch()
    let first = try start(home)
    first.send("x = 1\r")
    try first.expect("tessera> ")
    first.send(" secret = 2\r")
    try first.expect("tessera> ")
    // No orderly end: an entry is on disk when it has run.
    first.killNow()
    #expect(try home.permissions(".local/state/tessera/history") == 0o600)
    let second = try start(home)
    second.send("\u{1B}[A")
    try second.expect("x = 1")
    #expect(!second.transcript.contains("secret"))
  }

  @Test func `a home that cannot be written is said once and does not stop the prompt`() throws {
    let home = try Scratch()
    let terminal = try Terminal(
      home: home, environment: ["NO_COLOR": "1", "XDG_STATE_HOME": "/proc/nothing"])
    try terminal.expect("history is not kept")
    try terminal.expect("tessera> ")
    terminal.send("2 + 2\r")
    try terminal.expect("\n4\r\n")
  }

  @Test func `Tab completes names, attributes, keywords, paths and commands`() throws {
    let home = try Scratch()
    try home.file("somewhere.tes", "")
    let terminal = try start(home)
    for setUp in ["def area(width, height=2) { return width * height }", "word = \"ab\""] {
      terminal.send(setUp + "\r")
      try terminal.expect("tessera> ")
    }
    for (typed, shown) in [
      ("are\t(3)", "6"), ("list(enumer\t([5]))", "[(0, 5)]"), ("area(3, hei\t5)", "15"),
      ("word.startsw\t(\"a\")", "True"), ("print(\"somew\t\")", "somewhere.tes"), (":his\t 1", ":history 1"),
    ] {
      terminal.send(typed + "\r")
      try terminal.expect("\(shown)\r\n")
      try terminal.expect("tessera> ")
    }
  }

  @Test func `help shows signature and summary, and suggests`() throws {
    let terminal = try start(try Scratch())
    terminal.send("?param\r")
    try terminal.expect("param(name, default=None)")
    terminal.send("?prnt\r")
    try terminal.expect("did you mean ?print")
  }

  @Test func `characters past ASCII are edited whole`() throws {
    let terminal = try start(try Scratch())
    terminal.send("print(\"é😀x\u{7F}\")\r")
    try terminal.expect("\né😀\r\n")
  }

  @Test(
    arguments: [
      (["TERM": "dumb"], false), (["NO_COLOR": "1"], false), ([:], true),
    ] as [([String: String], Bool)])
  func `the prompt has colour only where colour is wanted`(environment: [String: String], isColored: Bool)
    throws
  {
    let terminal = try Terminal(home: try Scratch(), environment: environment)
    try terminal.expect("tessera>")
    #expect(terminal.raw.contains("\u{1B}[36m") == isColored)
  }

  @Test func `Ctrl-X Ctrl-E edits the entry elsewhere and runs it`() throws {
    let terminal = try Terminal(
      home: try Scratch(),
      environment: ["NO_COLOR": "1", "EDITOR": "sh -c 'echo \"print(40 + 2)\" > \"$0\"'"])
    try terminal.expect("tessera> ")
    terminal.send("abc\u{18}\u{5}")
    try terminal.expect("print(40 + 2)\r\n42\r\n")
  }

  @Test(arguments: [
    (":type 1.5", "float"), (":vars", "no variables yet"), (":time 1 + 1", "took"), ("%timeit 1", "5 rounds"),
    (":nope", "there is no command :nope"), (":hlp", "did you mean :help?"), (":next", "no lesson is open"),
  ])
  func `a command answers`(command: String, answer: String) throws {
    let terminal = try start(try Scratch())
    terminal.send(command + "\r")
    try terminal.expect(answer)
    try terminal.expect("tessera> ")
  }

  @Test func `:save writes entries that :run runs again`() throws {
    let home = try Scratch()
    let terminal = try start(home)
    for line in ["a = 20", "print(a + 1)", ":save mine.tes", ":reset", ":run mine.tes"] {
      terminal.send(line + "\r")
      try terminal.expect("tessera> ")
    }
    #expect(try home.read("mine.tes") == "a = 20\nprint(a + 1)\n")
    #expect(terminal.transcript.split(whereSeparator: \.isNewline).count { $0 == "21" } == 2)
  }
}
