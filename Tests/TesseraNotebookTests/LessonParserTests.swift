import Testing

@testable import TesseraNotebook

@Suite struct LessonParserTests {
  static let page = """
    # Shapes

    A shape is a tuple.

    ```tessera
    #| id: first
    #| timeout: 30 s
    zeros(2, 3).shape
    ```

    ```output
    (2, 3)
    ```

    ```python
    # not a cell
    ```

    ## Next

    ````tessera
    print("```")
    ````
    """

  @Test func `a page is its title, prose and cells in order`() {
    let lesson = LessonParser.parse(Self.page, path: "lessons/a.md")
    #expect(lesson.title == "Shapes")
    #expect(lesson.problems == [])
    #expect(lesson.cells.map(\.id) == ["first", "cell-2"])
    #expect(lesson.cells.map(\.code) == ["zeros(2, 3).shape", "print(\"```\")"])
    #expect(lesson.blocks.count == 4)
  }

  @Test func `line numbers point into the file`() throws {
    let lesson = LessonParser.parse(Self.page, path: "a.md")
    let first = try #require(lesson.cells.first)
    #expect([first.line, first.codeLine, first.endLine] == [5, 8, 9])
    let fence = try #require(first.output)
    #expect([fence.line, fence.endLine] == [11, 13])
    #expect(fence.text == "(2, 3)")
    #expect(lesson.cells.last?.codeLine == 22)
  }

  @Test func `an output fence belongs to a cell only across blank lines`() {
    let lesson = LessonParser.parse("```tessera\n1\n```\nwords\n```output\n1\n```\n", path: "a.md")
    #expect(lesson.cells.first?.output == nil)
    #expect(lesson.problems.map(\.line) == [5])
  }

  @Test(arguments: [
    ("id: a", CellOptions.with { $0.id = "a" }),
    ("role: exercise", .with { $0.role = .exercise }),
    ("timeout: 2.5", .with { $0.timeout = 2.5 }),
    ("timeout: 30 s", .with { $0.timeout = 30 }),
    ("memory-limit: 8 GiB", .with { $0.memoryLimit = 8 << 30 }),
    ("memory-limit: 1.5MiB", .with { $0.memoryLimit = 3 << 19 }),
    ("expect: error", .with { $0.expectsError = true }),
    ("skip", .with { $0.skip = "" }),
    ("skip: needs a GPU", .with { $0.skip = "needs a GPU" }),
    ("device: vulkan", .with { $0.device = "vulkan" }),
    ("params", .with { $0.isParameters = true }),
    ("points: 3", .with { $0.points = 3 }),
  ])
  func `every option is read`(line: String, expected: CellOptions) {
    let lesson = LessonParser.parse("```tessera\n#| \(line)\n1\n```", path: "a.md")
    #expect(lesson.problems == [])
    #expect(lesson.cells.first?.options == expected)
  }

  @Test(arguments: [
    ("rol: exercise", "unknown cell option `rol`", "did you mean `role`?"),
    (
      "role: teacher", "`teacher` is not a value of `role`",
      "it takes one of setup exercise hint solution check hidden"
    ),
    ("timeout: soon", "`soon` is not a value of `timeout`", "it takes seconds, as in `30`"),
    ("timeout: -1", "`-1` is not a value of `timeout`", "it takes seconds, as in `30`"),
    ("memory-limit: lots", "`lots` is not a value of `memory-limit`", "it takes a size, as in `8 GiB`"),
    ("expect: joy", "`joy` is not a value of `expect`", "it takes `error`"),
    ("points: some", "`some` is not a value of `points`", "it takes a whole number, as in `2`"),
    ("id: two words", "`two words` is not a value of `id`", "it takes a word, as in `first-forward`"),
  ])
  func `an option that does not fit is a problem at its line`(line: String, title: String, help: String) {
    let lesson = LessonParser.parse("# T\n```tessera\n#| \(line)\n1\n```", path: "a.md")
    #expect(lesson.problems == [LessonProblem(line: 3, title: title, help: help)])
  }

  @Test(arguments: [
    ("```tessera\n1", 1, "this fence is not closed"),
    ("```output\n1\n```", 1, "an output fence without a cell above it"),
    ("```tessera\n#| id: a\n```\n```tessera\n#| id: a\n```", 4, "two cells have the id `a`"),
    ("```tessera\n1\n```\n```output nice\n```", 4, "unknown mark `nice` on an output fence"),
  ])
  func `a broken page says what and where`(text: String, line: Int, title: String) {
    let problems = LessonParser.parse(text, path: "a.md").problems
    #expect(problems.map(\.line) == [line])
    #expect(problems.map(\.title) == [title])
  }

  @Test(arguments: [("exact", NumberPrecision.exact), ("tolerance=1e-2", .relative(0.01)), ("", .standard)])
  func `an output fence says how numbers compare`(mark: String, precision: NumberPrecision) {
    let lesson = LessonParser.parse("```tessera\n1\n```\n```output \(mark)\n1\n```", path: "a.md")
    #expect(lesson.cells.first?.output?.precision == precision)
  }

  @Test func `every prefix of a page parses`() {
    for count in 0...Self.page.count {
      let lesson = LessonParser.parse(String(Self.page.prefix(count)), path: "a.md")
      #expect(lesson.cells.count <= 2)
    }
  }

  @Test func `carriage returns do not change a page`() {
    let unix = LessonParser.parse(Self.page, path: "a.md")
    let dos = LessonParser.parse(
      Self.page.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
      path: "a.md")
    #expect(unix.cells.map(\.code) == dos.cells.map(\.code))
    #expect(unix.cells.map(\.line) == dos.cells.map(\.line))
  }
}

extension CellOptions {
  /// Options that differ from the empty ones as `change` says.
  static func with(_ change: (inout CellOptions) -> Void) -> CellOptions {
    var options = CellOptions()
    change(&options)
    return options
  }
}
