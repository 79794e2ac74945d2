/// Pages about what cannot be read.
extension Explanation {
  static let syntaxPages: [Explanation] = [
    Explanation(
      "E0100", "unfinished input",
      """
      The text ends before its brackets do, or after an operator. At the prompt more lines may follow.
      """,
      wrong: "print((1 + 2)",
      right: "print((1 + 2))"),
    Explanation(
      "E0101", "unexpected text",
      """
      Something stands where it cannot. The title says what was expected; the carets show what was \
      found.
      """,
      wrong: "x = 1 y = 2",
      right: "x = 1\ny = 2"),
    Explanation(
      "E0102", "a character that is not part of the language",
      """
      Programs are made of letters, digits and ASCII signs. Input methods and word processors type \
      look-alikes, such as a wide comma.
      """,
      wrong: "print(1，2)",
      right: "print(1, 2)"),
    Explanation(
      "E0103", "not a number",
      """
      Integers have 64 bits; floats have a point or an exponent. A name does not begin with a digit.
      """,
      wrong: "x = 3abc",
      right: "x = 3"),
    Explanation(
      "E0104", "a string that is not closed",
      """
      Strings in single or double quotes end on their line. Three quotes hold several lines.
      """,
      wrong: "x = \"abc",
      right: "x = \"abc\""),
    Explanation(
      "E0105", "not an escape",
      """
      After a backslash stands one of n, t, r, 0, x, u, U, a quote, a brace or another backslash. Text \
      in r"…" has no escapes.
      """,
      wrong: "x = \"\\q\"",
      right: "x = \"\\\\q\""),
    Explanation(
      "E0106", "a mistake in an f-string",
      """
      Braces hold one expression, then = or a colon and a format. A brace that is text is written \
      twice.
      """,
      wrong: "f\"{}\"",
      right: "f\"{{}}\""),
    Explanation(
      "E0107", "not a place to assign to",
      """
      Names, attributes, elements and tuples of them can be assigned to.
      """,
      wrong: "len([1]) = 2",
      right: "n = len([1])"),
    Explanation(
      "E0108", "something is listed wrongly",
      """
      Parameters, arguments by name and members appear once; parameters with defaults follow those \
      without, arguments by name follow those by place.
      """,
      wrong: "def f(a, a) { }",
      right: "def f(a, b) { }"),
    Explanation(
      "E0109", "nested too deeply",
      """
      Expressions and blocks stand inside each other only so deep, so that no program can exhaust the \
      machine while it is read.
      """,
      wrong: "x = " + String(repeating: "(", count: 500) + "1" + String(repeating: ")", count: 500),
      right: "x = 1"),
    Explanation(
      "E0110", "blocks use braces",
      """
      Where Python has a colon and indentation, a block stands in { }.
      """,
      wrong: "if True: x = 1",
      right: "if True { x = 1 }"),
    Explanation(
      "E0111", "a spelling of another language",
      """
      Words and expressions are Python's, with a few differences. The help line says what to write.
      """,
      wrong: "x = !True",
      right: "x = not True"),
    Explanation(
      "E0112", "an assignment where a value belongs",
      """
      = assigns and is a statement; == compares.
      """,
      wrong: "x = 1\nif x = 1 { }",
      right: "x = 1\nif x == 1 { }"),
    Explanation(
      "E0113", "a line that begins with a point",
      """
      A line ends a statement. A chain of calls continues where the point ends the line, or inside \
      parentheses.
      """,
      wrong: "x = \"a\"\n.upper()",
      right: "x = \"a\".\n  upper()"),
    Explanation(
      "E0114", "a constant",
      """
      A name declared with const keeps its value; only the cell that declared it may do so again.
      """,
      wrong: "const k = 1\nk = 2",
      right: "const k = 1\nj = 2"),
    Explanation(
      "E0115", "a builtin is hidden",
      """
      A warning: the name is also a builtin's, which is still there as builtin.NAME.
      """,
      wrong: "len = 3",
      right: "length = 3"),
    Explanation(
      "E0116", "too much for one function",
      """
      A function has at most some 250 names and intermediate values.
      """,
      wrong: "def f() {\n" + (0..<300).map { "  x\($0) = 0\n" }.joined() + "}",
      right: "xs = list(range(300))"),
    Explanation(
      "E0117", "a statement in the wrong place",
      """
      break and continue stand in loops, return in functions, test at the top level of a file.
      """,
      wrong: "break",
      right: "for i in range(3) { break }"),
    Explanation(
      "E0118", "a value that nothing reads",
      """
      A warning: the name is assigned and never read, and a name next to it differs in one letter.
      """,
      wrong: "total = 0\nfor i in range(3) { totl = total + i }",
      right: "total = 0\nfor i in range(3) { total = total + i }"),
  ]
}
