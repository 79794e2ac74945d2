import Testing

@testable import TesseraNotebook

@Suite struct LessonUpdateTests {
  static let page = """
    # T

    ```tessera
    1
    ```

    ```output tolerance=1e-2
    old
    ```

    prose

    ```tessera
    2
    ```

    ```tessera
    3
    ```

    """

  @Test func `no news leaves a page as it is`() {
    #expect(LessonUpdate.apply([:], to: Self.page, path: "a.md") == Self.page)
  }

  @Test func `a fence is rewritten in place and keeps its mark`() {
    let updated = LessonUpdate.apply(["cell-1": "new\nlines\n"], to: Self.page, path: "a.md")
    #expect(updated == Self.page.replacingOnce("old", with: "new\nlines"))
  }

  @Test func `a cell without a fence gets one`() {
    let updated = LessonUpdate.apply(["cell-2": "two\n", "cell-3": "three\n"], to: Self.page, path: "a.md")
    let lesson = LessonParser.parse(updated, path: "a.md")
    #expect(lesson.cells.map { $0.output?.text } == ["old", "two", "three"])
    #expect(lesson.problems == [])
  }

  @Test func `output that holds fences is fenced by more backticks`() {
    let updated = LessonUpdate.apply(["cell-1": "```\ninner\n```\n"], to: Self.page, path: "a.md")
    #expect(LessonParser.parse(updated, path: "a.md").cells.first?.output?.text == "```\ninner\n```")
  }

  @Test func `line endings of the file are kept`() {
    let dos = Self.page.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    let updated = LessonUpdate.apply(["cell-1": "new\n"], to: dos, path: "a.md")
    #expect(updated == dos.replacingOnce("old", with: "new"))
  }
}

extension String {
  /// The text with the first occurrence of `old` replaced.
  func replacingOnce(_ old: String, with new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return self[..<range.lowerBound] + new + self[range.upperBound...]
  }
}

@Suite struct LessonPlanTests {
  private func plan(_ roles: [(String, String)]) -> [String] {
    let page = roles.map { "```tessera\n#| id: \($0.0)\n#| \($0.1)\n1\n```" }.joined(separator: "\n")
    return LessonPlan(LessonParser.parse(page, path: "a.md")).steps.map { step in
      switch step {
      case .run(let cell): cell.id
      case .skip(let cell, let reason): "\(cell.id): \(reason)"
      }
    }
  }

  @Test func `a solution runs in the place of its exercise`() {
    let steps = plan([
      ("a", "role: setup"), ("e", "role: exercise"), ("h", "role: hint"), ("c", "role: check"),
      ("s", "role: solution"), ("z", "role: hidden"),
    ])
    #expect(steps == ["a", "s", "h: a hint is shown on request", "c", "z"])
  }

  @Test func `an exercise takes no solution from the next one`() {
    let steps = plan([("e", "role: exercise"), ("f", "role: exercise"), ("s", "role: solution")])
    #expect(steps == ["e: the exercise has no solution", "s"])
  }

  @Test func `a skipped cell carries its reason`() {
    #expect(plan([("a", "skip"), ("b", "skip: slow")]) == ["a: marked `skip`", "b: slow"])
  }
}
