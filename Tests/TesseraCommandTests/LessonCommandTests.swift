import Foundation
import Testing

/// `tessera FILE.md` and `tessera test`.
@Suite struct LessonCommandTests {
  static let good = """
    # Numbers

    Some prose.

    ```tessera
    #| params
    n = 2
    ```

    ## Sums

    ```tessera
    #| id: sum
    print("n is", n)
    n + 1
    ```

    ```output
    n is 2
    3
    ```

    ```tessera
    #| expect: error
    missing
    ```

    ```tessera
    #| role: exercise
    y = ____
    ```

    ```tessera
    #| role: check
    assert y == 4
    ```

    ```tessera
    #| role: solution
    y = 4
    ```

    """

  private func run(_ text: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (
    Command.Result, Scratch
  ) {
    let scratch = try Scratch()
    try scratch.file("lessons/1-a/01-good.md", text)
    return (try Command.run(arguments, environment: environment, in: scratch), scratch)
  }

  @Test func `a lesson in a pipe gives its headings and outputs`() throws {
    let (result, _) = try run(Self.good, ["lessons/1-a/01-good.md"])
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("# Numbers\n## Sums\nn is 2\n3\nerror["))
    #expect(result.errors == "")
  }

  @Test func `a parameter overrides a variable of the parameter cell`() throws {
    let (result, _) = try run(Self.good, ["lessons/1-a/01-good.md", "--param", "n=10"])
    #expect(result.output.hasPrefix("# Numbers\n## Sums\nn is 10\n11\n"))
  }

  @Test func `a lesson that fails exits 1 and names the place in the file`() throws {
    let (result, _) = try run("# T\n\n```tessera\nx = 1\nnope\n```\n", ["lessons/1-a/01-good.md"])
    #expect(result.status == 1)
    #expect(result.errors.contains("lessons/1-a/01-good.md:5:1"))
  }

  @Test(arguments: [["lessons"], ["lessons/1-a/01-good.md"], ["-j", "2", "lessons", "lessons"]])
  func `a good lesson passes`(arguments: [String]) throws {
    let (result, _) = try run(Self.good, ["test"] + arguments)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("ok   lessons/1-a/01-good.md (5 passed;"))
  }

  @Test func `a wrong output fails and shows both sides`() throws {
    let (result, _) = try run(
      Self.good.replacingOccurrences(of: "n is 2", with: "n is 7"), ["test", "lessons"])
    #expect(result.status == 1)
    #expect(
      result.output.contains(
        "lessons/1-a/01-good.md:18: sum: the output is not what this fence says"))
    #expect(result.output.contains("- n is 7"))
    #expect(result.output.contains("+ n is 2"))
  }

  @Test func `--update rewrites a fence and then the lesson passes`() throws {
    let wrong = Self.good.replacingOccurrences(of: "n is 2", with: "n is 7")
    let (result, scratch) = try run(wrong, ["test", "--update", "lessons"])
    #expect(result.status == 0)
    let updated = try scratch.read("lessons/1-a/01-good.md")
    #expect(updated.contains("```output\nn is 2\n3\n```"))
    #expect(try Command.run(["test", "lessons"], in: scratch).status == 0)
  }

  @Test func `--update is refused under CI`() throws {
    let (result, scratch) = try run(Self.good, ["test", "--update", "lessons"], environment: ["CI": "true"])
    #expect(result.status == 2)
    #expect(result.errors.contains("--update is refused under CI"))
    #expect(try scratch.read("lessons/1-a/01-good.md") == Self.good)
  }

  @Test func `a cell whose time is up ends with 124 and is named`() throws {
    let endless = "# T\n\n```tessera\n#| id: endless\nwhile True { }\n```\n"
    let (result, _) = try run(endless, ["test", "--timeout", "0.2", "lessons"])
    #expect(result.status == 124)
    #expect(result.output.contains("lessons/1-a/01-good.md:3: endless: still running after 0.2 s"))
  }

  @Test func `--patience multiplies a cell's own limit too`() throws {
    let endless = "# T\n\n```tessera\n#| id: endless\n#| timeout: 0.1\nwhile True { }\n```\n"
    let (result, _) = try run(endless, ["test", "--patience", "3", "lessons"])
    #expect(result.status == 124)
    #expect(result.output.contains("endless: still running after 0.3"), "\(result.output)")
  }

  @Test func `an error skips the rest of the lesson`() throws {
    let (result, _) = try run(
      "# T\n\n```tessera\n#| id: bad\nnope\n```\n\n```tessera\n1\n```\n", ["test", "lessons"])
    #expect(result.status == 1)
    #expect(result.output.contains("skipped cell-2: not run: `bad` on line 5 did not end well"))
  }

  @Test(arguments: [["lessons"], ["nothing"]])
  func `no lesson is 5 and no file is 2`(paths: [String]) throws {
    let scratch = try Scratch()
    try scratch.file("lessons/README.md", "# Contents\n")
    let result = try Command.run(["test"] + paths, in: scratch)
    #expect(result.status == (paths == ["lessons"] ? 5 : 2))
  }

  @Test func `a broken lesson names the line and the next step`() throws {
    let (result, _) = try run("# T\n\n```tessera\n#| rol: x\n1\n```\n", ["test", "lessons"])
    #expect(result.status == 1)
    #expect(result.output.contains("lessons/1-a/01-good.md:4: format: unknown cell option `rol`"))
    #expect(result.output.contains("did you mean `role`?"))
  }

  @Test func `test blocks of a script are cases`() throws {
    let scratch = try Scratch()
    try scratch.file(
      "t/a.tes",
      "def f(x) { return x + 1 }\ntest \"adds\" { assert f(1) == 2 }\ntest \"fails\" { assert f(1) == 3 }\n")
    try scratch.file("t/module.tes", "def g() { return 1 }\n")
    let result = try Command.run(["test", "t"], in: scratch)
    #expect(result.status == 1)
    #expect(result.output.contains("FAIL t/a.tes (2 passed, 1 failed;"))
    #expect(result.output.contains("t/a.tes:3: fails: the assertion does not hold"))
    #expect(!result.output.contains("module"))
  }

  @Test func `reports are written where they were asked for`() throws {
    let (result, scratch) = try run(
      Self.good, ["test", "--tap", "--junit", "out.xml", "lessons"], environment: ["GITHUB_ACTIONS": "true"])
    #expect(result.output.hasPrefix("TAP version 14\n1..1\n"))
    #expect(
      try scratch.read("out.xml").contains("<testcase classname=\"lessons/1-a/01-good.md\" name=\"sum\""))
  }

  @Test func `parallel runs report in the order of the files`() throws {
    let scratch = try Scratch()
    for number in [1, 2, 10] { try scratch.file("lessons/\(number)-x/01.md", Self.good) }
    let result = try Command.run(["test", "-j", "3", "--tap", "lessons"], in: scratch)
    let points = result.output.split(separator: "\n").filter { $0.hasPrefix("ok ") }
    #expect(
      points == [
        "ok 1 - lessons/1-x/01.md", "ok 2 - lessons/2-x/01.md", "ok 3 - lessons/10-x/01.md",
      ])
  }
}
