import Foundation
import Glibc
import Testing

/// Keys, widths and links at the prompt.
@Suite(.serialized) struct PromptEditingTests {
  private static let colored: [String: String] = [:]

  private func start(
    _ home: Scratch, environment: [String: String] = ["NO_COLOR": "1"], columns: UInt16 = 100
  ) throws -> Terminal {
    let terminal = try Terminal(home: home, environment: environment, columns: columns)
    try terminal.expect("tessera> ")
    return terminal
  }

  private func enter(_ lines: [String], _ terminal: Terminal) throws {
    for line in lines {
      terminal.send(line + "\r")
      try terminal.expect("tessera> ")
    }
  }

  private func rows(_ text: String) -> [Substring] { text.split(whereSeparator: \.isNewline) }

  // MARK: - Suggestions

  @Test func `Right takes the grey rest of an earlier entry`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored)
    try enter(["first = 40 + 2"], terminal)
    terminal.send("fir")
    try terminal.expect("st = 40 + 2")
    #expect(terminal.raw.contains("\u{1B}[90mst = 40 + 2\u{1B}[0m"))
    terminal.send("\u{1B}[C")
    try terminal.expect("st = 40 + 2")
    terminal.send("; print(first)\r")
    try terminal.expect("\n42\r\n")
  }

  @Test func `Alt-F takes a word of the suggestion`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored)
    try enter(["alpha = 1", "beta = alpha + 2"], terminal)
    terminal.send("be")
    try terminal.expect("ta = alpha + 2")
    terminal.send("\u{1B}f")
    try terminal.expect("ta")
    terminal.send("\u{1B}f")
    try terminal.expect("alpha")
    terminal.send(" * 50; print(beta)\r")
    try terminal.expect("\n50\r\n")
  }

  @Test func `a suggestion that is not taken is not entered, and Up stays history`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored)
    try enter(["number = 5", "number = 6"], terminal)
    terminal.send("number")
    try terminal.expect(" = 6")
    terminal.send("\r")
    try terminal.expect("\n6\r\n")
    terminal.send("numb\u{1B}[A\u{1B}[A\u{1B}[A")
    try terminal.expect("= 6")
    try terminal.expect("5")
    terminal.send("\r")
    try terminal.expect("tessera> ")
    terminal.send("print(number)\r")
    try terminal.expect("\n5\r\n")
  }

  @Test func `Right moves inside a line`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored)
    terminal.send("print(13)\u{1}\u{1B}[C\u{1B}[C\u{1B}[C\u{1B}[C\u{1B}[C\u{1B}[C\u{1B}[C2\r")
    try terminal.expect("\n123\r\n")
  }

  @Test func `a suggestion stays within the row`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored, columns: 40)
    try enter(["text = \"0123456789abcdefghijklmnopqrstuvwxyz\""], terminal)
    terminal.send("text")
    try terminal.expect(" = \"0123456789")
    let shown = try #require(
      terminal.raw.components(separatedBy: "\u{1B}[90m").last?.prefix { $0 != "\u{1B}" })
    #expect("tessera> text".count + shown.count < 40, "\(shown)")
  }

  @Test func `a resize takes a suggestion away, and the next key brings it back`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored)
    try enter(["first = 40 + 2"], terminal)
    terminal.send("fir")
    try terminal.expect("st = 40 + 2")
    terminal.resize(columns: 60)
    try terminal.expect("tessera> fir")
    #expect(terminal.raw.components(separatedBy: "\u{1B}[90m").last?.contains("\u{1B}[J") == true)
    terminal.send("s")
    try terminal.expect("t = 40 + 2")
    terminal.send("\u{1B}[C; print(first)\r")
    try terminal.expect("\n42\r\n")
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func `nothing is suggested where it could not be told from what is typed`(environment: [String: String])
    throws
  {
    let terminal = try start(try Scratch(), environment: environment)
    try enter(["value = 123456"], terminal)
    terminal.send("val\u{3}")
    let shown = try terminal.expect("tessera> ")
    #expect(!shown.contains("123456"))
  }

  // MARK: - Completion

  @Test func `Tab lists many names, and Tab again says what each is`() throws {
    let terminal = try start(try Scratch())
    try enter(["x = ones(2)"], terminal)
    terminal.send("x.\t")
    try terminal.expect("argmax")
    try terminal.expect("(Tab again says what each is)")
    terminal.send("\t")
    try terminal.expect("The positive part of each element.")
  }

  @Test func `a listing fits a narrow terminal`() throws {
    let terminal = try start(try Scratch(), columns: 40)
    try enter(["x = ones(2)"], terminal)
    terminal.send("x.\t\t")
    let listing = try terminal.expect("var ")
    #expect(rows(listing).allSatisfy { $0.count <= 40 }, "\(listing)")
  }

  // MARK: - Widths and links

  @Test func `a line longer than a narrow terminal is edited at both ends`() throws {
    let terminal = try start(try Scratch(), columns: 40)
    terminal.send("\"the middle of a text that is longer than the row\")\u{1}print(\u{5}\r")
    try terminal.expect("the middle of a text that is longer than the row\r\n")
  }

  @Test func `help wraps at the terminal's width, and follows a resize`() throws {
    let terminal = try start(try Scratch(), columns: 40)
    terminal.send("?checkpoint\r")
    let narrow = try terminal.expect("tessera> ")
    #expect(rows(narrow).dropFirst().allSatisfy { $0.count <= 40 || $0.hasPrefix("    ") }, "\(narrow)")
    terminal.resize(columns: 90)
    try terminal.expect("tessera> ")
    terminal.send("?checkpoint\r")
    let wide = try terminal.expect("tessera> ")
    #expect(rows(wide).contains { (60...90).contains($0.count) }, "\(wide)")
  }

  @Test func `keys that dribble in are the same keys`() throws {
    let terminal = try start(try Scratch(), environment: Self.colored)
    terminal.dribble("x = '日é😀'\r")
    try terminal.expect("tessera> ")
    terminal.dribble("print(x + 'ab')\u{1B}[D\u{1B}[D\u{1B}[D!\r")
    try terminal.expect("日é😀a!b\r\n")
    try terminal.expect("tessera> ")
    terminal.dribble("\u{1B}[A\r")
    try terminal.expect("日é😀a!b\r\n")
    try terminal.expect("tessera> ")
    terminal.dribble("\u{1B}[200~def f(x) {\n\n  return x * 2 # é\n}\nf(21)\u{1B}[201~\r")
    try terminal.expect("\n42\r\n")
  }

  @Test func `keys typed ahead of the prompt are kept`() throws {
    let terminal = try start(try Scratch())
    terminal.send("a = 1\rb = a + 1\rprint(a + b)\r")
    try terminal.expect("\n3\r\n")
  }

  @Test func `the carets of an error fit a narrow terminal`() throws {
    let terminal = try start(try Scratch(), columns: 40)
    terminal.send(
      "[" + (0..<40).map(String.init).joined(separator: ", ") + "] + missing + [1, 2, 3, 4, 5, 6, 7]\r")
    let shown = try terminal.expect("tessera> ")
    let lines = rows(shown).filter { $0.contains(" | ") }
    let source = try #require(lines.dropLast().last)
    let carets = try #require(lines.last)
    #expect(source.count <= 40 && carets.count <= 40, "\(shown)")
    let column = try #require(carets.firstIndex(of: "^")).utf16Offset(in: carets)
    #expect(source.dropFirst(column).hasPrefix("missing"), "\(shown)")
  }

  // MARK: - Ways out

  @Test func `Ctrl-D gives up a block on a line of its own, deletes in a line, and leaves on an empty one`()
    throws
  {
    let terminal = try start(try Scratch())
    terminal.send("z = (1,\r")
    try terminal.expect("    ... ")
    terminal.send("\u{4}")
    try terminal.expect("\r\ntessera> ")
    terminal.send("xprint(7)\u{1}\u{4}\r")
    try terminal.expect("\n7\r\n")
    try terminal.expect("tessera> ")
    terminal.send("\u{4}")
    #expect(terminal.wait() == 0)
  }

  @Test(arguments: ["exit(3)", "import nothing from \"missing.tes\"; 1"])
  func `a program may end the prompt with its own status, and an error may not`(program: String) throws {
    let terminal = try start(try Scratch())
    terminal.send(program + "\r")
    if program.hasPrefix("exit") {
      #expect(terminal.wait() == 3)
    } else {
      try terminal.expect("cannot import")
      try terminal.expect("tessera> ")
    }
  }
}
