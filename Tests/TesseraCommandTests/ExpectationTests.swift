import Testing

/// What people expect of a prompt because others have it; each typed on a terminal.
@Suite(.serialized) struct ExpectationTests {
  private func start(_ environment: [String: String] = ["NO_COLOR": "1"]) throws -> Terminal {
    let terminal = try Terminal(home: try Scratch(), environment: environment)
    try terminal.expect("tessera> ")
    return terminal
  }

  /// Lines, and what must appear after the last of them.
  struct Case: Sendable, CustomTestStringConvertible {
    let lines: [String]
    let answers: [String]
    var testDescription: String { lines.joined(separator: "; ") }

    init(_ lines: String..., answers: [String]) {
      self.lines = lines
      self.answers = answers
    }
  }

  private func check(_ cases: [Case]) throws {
    let terminal = try start()
    for example in cases {
      for line in example.lines.dropLast() {
        terminal.send(line + "\r")
        try terminal.expect("tessera> ")
      }
      terminal.send((example.lines.last ?? "") + "\r")
      let shown = try terminal.expect("tessera> ")
      for answer in example.answers {
        #expect(shown.contains(answer), "\(example.lines): \(shown)")
      }
      terminal.send("\u{3}")
      try terminal.expect("tessera> ")
    }
  }

  @Test func `a shape error names the op, both shapes, the extents, and where each tensor came from`() throws
  {
    try check([
      Case(
        "a = zeros(2, 3)", "b = zeros(4, 5)", "a @ b",
        answers: [
          "matmul", "(2, 3)", "(4, 5)", "input 3:1:", "a @ b", "was made here", "input 1:1", "input 2:1",
        ]),
      Case("zeros(2, 3) + zeros(2)", answers: ["add", "(2, 3)", "(2,)", "3", "help:"]),
      Case(
        "Conv3d(4, 8, kernel_size=3)(zeros(1, 3, 8, 8, 8))",
        answers: ["convolution", "(1, 3, 8, 8, 8)", "4", "3"]),
    ])
  }

  @Test func `a typo gets the name that was meant`() throws {
    let typos = [
      ("prnt(1)", "print"), ("zeroes(2)", "zeros"), ("Conv3dd(1, 1)", "Conv3d"), ("ones(2).shpae", "shape"),
      ("ones(2).reshpe(1)", "reshape"), ("Conv3d(1, 1, kernal_size=3)", "kernel_size"),
      ("softmax(ones(2), dimm=0)", "dim"), ("\"a\".uper()", "upper"), ("[1].apend(2)", "append"),
      ("Linear(2, 2).wieght", "weight"), (":vras", ":vars"), ("?relv", "?relu"),
    ]
    let terminal = try start()
    for (typo, meant) in typos {
      terminal.send(typo + "\r")
      let shown = try terminal.expect("tessera> ")
      #expect(shown.contains("did you mean") && shown.contains(meant), "\(typo): \(shown)")
    }
  }

  @Test func `slices, negative indices, ellipsis, None, broadcasting and @ mean what NumPy means`() throws {
    try check([
      Case("x = arange(24).reshape(2, 3, 4)", "x[:, -1, ::2].tolist()", answers: ["[[8, 10], [20, 22]]"]),
      Case("x[..., -1].shape", answers: ["(2, 3)"]),
      Case("x[0, None, 1:].shape", answers: ["(1, 2, 4)"]),
      Case("(x + arange(4)).shape", answers: ["(2, 3, 4)"]),
      Case("(x.float() @ ones(4)).shape", answers: ["(2, 3)"]),
      Case("\"abc\"[::-1], [1, 2, 3][-2:]", answers: ["('cba', [2, 3])"]),
    ])
  }

  @Test func `help shows signature, sentence and an example with its result`() throws {
    try check([
      Case("?relu", answers: ["relu(input)", "The positive part", "Example:", "# tensor"]),
      Case("?no_grad", answers: ["no_grad()", "without recording", "Example:"]),
      Case(
        "\u{1B}[200~## Doubles.\ndef twice(x) { return 2 * x }\u{1B}[201~", "?twice",
        answers: ["def twice(x)", "Doubles."]),
      Case("??twice", answers: ["return 2 * x"]),
      Case("x = ones(2)", "?x.reshape", answers: ["The same elements under another shape"]),
    ])
  }

  @Test func `one seed gives one session, byte for byte`() throws {
    let scratch = try Scratch()
    let transcripts = try (0..<2).map { _ in
      let terminal = try Terminal(["--seed", "7"], home: scratch)
      try terminal.expect("tessera> ")
      terminal.send("net = Linear(3, 2); net(randn(2, 3))\r")
      return try terminal.expect("tessera> ")
    }
    #expect(transcripts[0] == transcripts[1])
    #expect(transcripts[0].contains("tensor("))
  }

  @Test func `memory above a limit says used and allowed, and fails a run`() throws {
    let code = "with assert_peak(below=\"1 KiB\") { x = zeros(1024) }"
    let result = try Command.run(["-c", code])
    #expect(result.status == 1)
    #expect(result.errors.contains("4.00 KiB") && result.errors.contains("1.00 KiB"), "\(result.errors)")
    let terminal = try start()
    terminal.send(code + "\r")
    try terminal.expect("4.00 KiB")
    try terminal.expect("tessera> ")
  }

  @Test(
    arguments: [(["NO_COLOR": "1"], false), (["TERM": "dumb"], false), ([:], true)]
      as [([String: String], Bool)])
  func `an error has colour only where colour is wanted`(environment: [String: String], isColored: Bool)
    throws
  {
    let terminal = try start(environment)
    terminal.send("nope\r")
    try terminal.expect("not defined")
    try terminal.expect("tessera>")
    #expect(
      terminal.raw.contains("\u{1B}[31m") == isColored || terminal.raw.contains("\u{1B}[1") == isColored)
  }

  @Test func `-i stays at the prompt with the program's variables`() throws {
    let home = try Scratch()
    try home.file("a.tes", "kept = 41\n")
    let terminal = try Terminal(["-i", "a.tes"], home: home)
    try terminal.expect("tessera> ")
    terminal.send("kept + 1\r")
    try terminal.expect("\n42\r\n")
  }
}
