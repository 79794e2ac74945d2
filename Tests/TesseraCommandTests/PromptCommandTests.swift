import Foundation
import Testing

/// The commands of the prompt, each typed on a terminal.
@Suite(.serialized) struct PromptCommandTests {
  private func start(_ home: Scratch) throws -> Terminal {
    let terminal = try Terminal(home: home)
    try terminal.expect("tessera> ")
    return terminal
  }

  /// What was typed before, a command, and the answers it must give in this order.
  struct Case: Sendable, CustomTestStringConvertible {
    var before: [String] = []
    let command: String
    let answers: [String]
    var testDescription: String { command }
  }

  static let cases = [
    Case(command: ":help", answers: [":vars", ":prof CODE", ":trace FILE CODE", "Right, Alt-F", "_, ans"]),
    Case(command: ":help relu", answers: ["relu(input)", "The positive part", "Example:"]),
    Case(command: ":time sum(range(1000))", answers: ["499500", "took "]),
    Case(command: ":timeit sum(range(10))", answers: ["±", "5 rounds of"]),
    Case(command: "%timeit 1 + 1", answers: ["5 rounds of"]),
    Case(before: ["x = ones(2)"], command: ":type x @ x", answers: ["tensor"]),
    Case(command: ":ast a + 1", answers: ["name a", "int 1"]),
    Case(command: ":code 1 + 2", answers: ["loadInteger", "result", "giveBackNone"]),
    Case(command: ":explain E0801", answers: ["shapes that do not fit", "This fails:", "This works:"]),
    Case(command: ":explain 0", answers: ["there is no page for `0`"]),
    Case(before: ["a = 1", "b = 2"], command: ":history 2", answers: ["2  b = 2", "3  :history 2"]),
    Case(before: ["a = 1"], command: ":vars", answers: ["name  type  value", "a     int "]),
    Case(before: ["a = 1", ":reset"], command: ":vars", answers: ["no variables yet"]),
    Case(before: ["x = zeros(256)"], command: ":mem", answers: ["live 1.00 KiB", "full at input 1:1"]),
    Case(command: ":device", answers: ["cpu"]),
    Case(before: [":seed 3", "a = rand(2)", ":seed 3"], command: "allclose(a, rand(2))", answers: ["True"]),
    Case(command: ":prof", answers: ["what is to be profiled?"]),
    Case(command: ":trace out.json", answers: ["name a file and the code to run"]),
    Case(command: ":save", answers: ["name a file"]),
    Case(command: ":run missing.tes", answers: ["cannot read missing.tes"]),
    Case(command: ":load missing.tes", answers: ["cannot read missing.tes"]),
    Case(command: ":h", answers: ["there is no command :h"]),
    Case(command: ":hist", answers: ["1  :hist"]),
  ]

  @Test(arguments: cases)
  func `a command answers`(_ example: Case) throws {
    let terminal = try start(try Scratch())
    for line in example.before {
      terminal.send(line + "\r")
      try terminal.expect("tessera> ")
    }
    terminal.send(example.command + "\r")
    for answer in example.answers { try terminal.expect(answer) }
    try terminal.expect("tessera> ")
  }

  @Test func `:prof names the lines and the ops that take the time, also in functions of earlier entries`()
    throws
  {
    let terminal = try start(try Scratch())
    terminal.send("def product(a) {\r  return a @ a\r}\r")
    try terminal.expect("}\r\n")
    try terminal.expect("tessera> ")
    terminal.send(":prof for i in range(3) {\r")
    try terminal.expect("    ... ")
    terminal.send("a = rand(8, 8)\rb = product(a)\r}\r")
    try terminal.expect("share  runs  line")
    try terminal.expect("   1  for i in range(3) {")
    try terminal.expect("   3  a = rand(8, 8)")
    try terminal.expect("   3  b = product(a)")
    try terminal.expect("share  runs  op")
    let kernels = try terminal.expect("in kernels")
    #expect(kernels.contains("matmul  input 1:2"), "\(kernels)")
    #expect(kernels.contains("rand    :prof:2"), "\(kernels)")
  }

  @Test func `:prof counts a function of the same code line by line, and a call's line without it`() throws {
    let terminal = try start(try Scratch())
    terminal.send("\u{1B}[200~:prof def f(n) {\n  return sum(range(n))\n}\nf(10)\nf(20)\u{1B}[201~\r")
    try terminal.expect("   1  def f(n) {")
    try terminal.expect("   2    return sum(range(n))")
    try terminal.expect("   1  f(10)")
    try terminal.expect("   1  f(20)")
    try terminal.expect("in kernels")
  }

  @Test func `Ctrl-C stops :prof, :timeit and :trace and keeps the session`() throws {
    let terminal = try start(try Scratch())
    terminal.send("kept = 5\r")
    try terminal.expect("tessera> ")
    for command in [":prof", ":timeit", ":time", ":trace t.json"] {
      terminal.send("\(command) while True { }\r")
      try terminal.expect("\n")
      usleep(200_000)
      terminal.send("\u{3}")
      try terminal.expect("interrupted")
      try terminal.expect("tessera> ")
    }
    terminal.send("kept + 1\r")
    try terminal.expect("\n6\r\n")
  }

  @Test func `:trace writes a Chrome trace of the code's memory`() throws {
    let home = try Scratch()
    let terminal = try start(home)
    terminal.send(":trace out.json x = zeros(1024)\r")
    try terminal.expect("wrote out.json")
    let trace = try JSONSerialization.jsonObject(with: Data(home.read("out.json").utf8)) as? [String: Any]
    #expect((trace?["traceEvents"] as? [Any])?.isEmpty == false)
  }

  @Test func `:save makes a lesson that check and test accept`() throws {
    let home = try Scratch()
    let terminal = try start(home)
    let lines = ["n = 20", "n + 1", "ans * 2", "nope", "print(\"hello\")", "def f(x) { return x }", "f(_)"]
    for line in lines + [":save my-first.md"] {
      terminal.send(line + "\r")
      try terminal.expect("tessera> ")
    }
    let text = try home.read("my-first.md")
    #expect(text.hasPrefix("# My first\n"))
    #expect(text.contains("```tessera\nans = n + 1\nans\n```\n\n```output\n21\n```"), "\(text)")
    #expect(text.contains("```tessera\n#| expect: error\nnope\n```"))
    #expect(try Command.run(["check", "my-first.md"], in: home).output == "1 lesson, no problem\n")
    let run = try Command.run(["test", "my-first.md"], in: home)
    #expect(run.status == 0, "\(run.output)")
    #expect(try Command.run(["fmt", "--check", "my-first.md"], in: home).status == 0)
  }

  @Test func `:save makes a script, laid out, that runs without what failed`() throws {
    let home = try Scratch()
    let terminal = try start(home)
    for line in ["a=20", "a +  1", "print(_)", "nope", ":save mine.tes"] {
      terminal.send(line + "\r")
      try terminal.expect("tessera> ")
    }
    #expect(try home.read("mine.tes") == "a = 20\n_ = a + 1\nprint(_)\n")
    #expect(try Command.run(["mine.tes"], in: home).output == "21\n")
  }

  @Test func `:load puts a file on the line, to run or to give up`() throws {
    let home = try Scratch()
    try home.file("two.tes", "a = 4\nprint(a * a)\n")
    let terminal = try start(home)
    terminal.send(":load two.tes\r")
    try terminal.expect("print(a * a)")
    terminal.send("\r")
    try terminal.expect("\n16\r\n")
  }

  @Test func `:edit gives the last entry to the editor and runs what comes back`() throws {
    let terminal = try Terminal(
      home: try Scratch(), environment: ["NO_COLOR": "1", "EDITOR": "sed -i s/1/41/g"])
    try terminal.expect("tessera> ")
    terminal.send("a = 1; a + 1\r")
    try terminal.expect("\n2\r\n")
    terminal.send(":edit\r")
    try terminal.expect("a = 41; a + 41")
    try terminal.expect("\n82\r\n")
  }

  @Test func `a block continues after a command that takes code`() throws {
    let terminal = try start(try Scratch())
    terminal.send(":time for i in range(2) {\r")
    try terminal.expect("    ... ")
    terminal.send("print(i)\r}\r")
    try terminal.expect("\n0\r\n1\r\n")
    try terminal.expect("took ")
  }

  // MARK: - The last value

  @Test func `ans and _ are one variable that is listed, counted and freed`() throws {
    let terminal = try start(try Scratch())
    terminal.send("ones(256, requires_grad=True) * 2;\r")
    try terminal.expect("tessera> ")
    terminal.send("zeros(1024) + 1\r")
    try terminal.expect("tessera> ")
    terminal.send("(ans is _, ans.shape)\r")
    try terminal.expect("(True, (1024,))")
    try terminal.expect("tessera> ")
    terminal.send("zeros(1024) + 1\r")
    try terminal.expect("tessera> ")
    terminal.send(":vars\r")
    try terminal.expect("_     tensor")
    try terminal.expect("tessera> ")
    terminal.send(":mem\r")
    try terminal.expect("live 4.00 KiB")
    try terminal.expect("tessera> ")
    terminal.send("del ans\r")
    try terminal.expect("tessera> ")
    terminal.send(":mem\r")
    try terminal.expect("live 0 B")
  }

  @Test func `a kept value holds no graph`() throws {
    let terminal = try start(try Scratch())
    terminal.send("x = ones(1024, requires_grad=True)\r")
    try terminal.expect("tessera> ")
    terminal.send("(x * 2).exp()\r")
    try terminal.expect("tessera> ")
    terminal.send(":mem\r")
    // The leaf and the value; what exp keeps for backward is gone.
    try terminal.expect("live 8.00 KiB")
  }

  // MARK: - Progress

  @Test func `progress draws a bar with turns and time left, which goes away`() throws {
    let terminal = try start(try Scratch())
    terminal.send("for i in progress(range(200), label=\"train\") { x = [k * k for k in range(200000)] }\r")
    try terminal.expect("train ")
    try terminal.expect("░ ")
    try terminal.expect("/200 ")
    try terminal.expect("left")
    try terminal.expect("tessera> ")
    terminal.send("i\r")
    try terminal.expect("\n199\r\n")
  }

  @Test func `progress prints nothing into a pipe`() throws {
    let result = try Command.run([
      "-c", "for i in progress([1, 2]) { print(i) }\nprint(len(progress(\"abc\")))",
    ])
    #expect(result.output == "1\n2\n3\n")
    #expect(result.errors == "")
  }
}
