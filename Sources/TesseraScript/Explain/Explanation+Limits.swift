/// Pages about limits, interruption and files.
extension Explanation {
  static let limitPages: [Explanation] = [
    Explanation(
      "E0501", "calls too deep",
      """
      Calls stand inside each other only so deep. A recursion needs a case that ends it.
      """,
      wrong: "def f() { return f() }\nf()",
      right: "def f(n) { return 0 if n == 0 else f(n - 1) }\nf(10)"),
    Explanation(
      "E0502", "interrupted",
      """
      The run was interrupted, such as by Ctrl-C. Variables keep the values they had.
      """,
      wrong: "while True { }",
      right: "x = 1"),
    Explanation(
      "E0503", "too many steps",
      """
      The run took more steps than it was allowed.
      """,
      wrong: "while True { }",
      right: "x = 1"),
    Explanation(
      "E0504", "the end of the program",
      """
      The program called exit(status).
      """,
      wrong: "exit(3)",
      right: "x = 1"),
    Explanation(
      "E0505", "a sequence that is too long",
      """
      A sequence of hundreds of millions of elements is a mistake more often than a wish.
      """,
      wrong: "\"a\" * 10 ** 12",
      right: "\"a\" * 10"),
    Explanation(
      "E0601", "a file that cannot be imported",
      """
      The file was not found, or there are no files here.
      """,
      wrong: "import a from \"a.tes\"",
      right: "x = 1"),
    Explanation(
      "E0602", "files that import each other",
      """
      A file that is being imported cannot be imported again by what it imports.
      """,
      wrong: "import a from \"a.tes\"",
      right: "x = 1"),
    Explanation(
      "E0603", "a file outside the sandbox",
      """
      The program was started with --sandbox and reaches files in that folder only.
      """,
      wrong: "import a from \"/elsewhere/a.tes\"",
      right: "x = 1"),
  ]
}
