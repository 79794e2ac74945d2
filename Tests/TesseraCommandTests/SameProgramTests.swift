import Testing

/// One program, every way to run it.
@Suite struct SameProgramTests {
  static let programs = [
    "total = 0\nfor i in range(5) {\n  total += i\n}\nprint(total)",
    "def outer() {\n  n = 1\n  def inner() { return n + 1 }\n  return inner()\n}\nprint(outer())",
    "xs = [i * i for i in range(4)]\ni = 7\nprint(xs, i)",
    "if True {\n  inside = 3\n}\nprint(inside)",
    "print(f\"{1.5:.2f}\", 1 / 4, 7 // 2, \"a\" * 2)",
  ]

  @Test(arguments: programs)
  func `a program prints the same as file, code, stdin, lesson and prompt`(program: String) throws {
    let scratch = try Scratch()
    try scratch.file("a.tes", program)
    try scratch.file("a.md", "```tessera\n\(program)\n```\n")
    let expected = try Command.run(["a.tes"], in: scratch)
    #expect(expected.errors == "")
    #expect(!expected.output.isEmpty)
    #expect(try Command.run(["-c", program]).output == expected.output)
    #expect(try Command.run([], input: program).output == expected.output)
    #expect(try Command.run(["a.md"], in: scratch).output == expected.output)
    let terminal = try Terminal(home: scratch)
    try terminal.expect("tessera> ")
    terminal.send("\u{1B}[200~\(program)\u{1B}[201~\r")
    try terminal.expect("\r\n" + expected.output.replacing("\n", with: "\r\n") + "tessera> ")
  }
}
