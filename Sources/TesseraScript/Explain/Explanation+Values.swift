/// Pages about values and calls.
extension Explanation {
  static let valuePages: [Explanation] = [
    Explanation(
      "E0400", "a failure of the host",
      """
      A function of the host failed without a code of its own.
      """,
      wrong: "host_failure()",
      right: "x = 1"),
    Explanation(
      "E0401", "an unknown keyword",
      """
      The function has no parameter of that name.
      """,
      wrong: "sorted([1], revers=True)",
      right: "sorted([1], reverse=True)"),
    Explanation(
      "E0402", "wrong arguments",
      """
      Too many, too few, or one twice. The help line shows what is expected.
      """,
      wrong: "def f(a, b) { }\nf(1)",
      right: "def f(a, b) { }\nf(1, 2)"),
    Explanation(
      "E0403", "an argument of the wrong kind",
      """
      The function works on other types.
      """,
      wrong: "len(3)",
      right: "len([3])"),
    Explanation(
      "E0404", "not something to call",
      """
      Functions, models, and instances with a forward method can be called.
      """,
      wrong: "x = 3\nx()",
      right: "x = fn() => 3\nx()"),
    Explanation(
      "E0405", "not something to index",
      """
      Lists, tuples, strings, maps and ranges have elements. Those of strings and tuples cannot be \
      set.
      """,
      wrong: "3[0]",
      right: "[3][0]"),
    Explanation(
      "E0406", "an index outside",
      """
      Indices go from 0 to the length less one, or from minus the length to minus one. Slices have no \
      such limits.
      """,
      wrong: "[1, 2][5]",
      right: "[1, 2][1]"),
    Explanation(
      "E0407", "not a map key",
      """
      Keys stay as they are: numbers, text, tuples. A list can change.
      """,
      wrong: "{[1]: 2}",
      right: "{(1,): 2}"),
    Explanation(
      "E0408", "a map changed under a loop",
      """
      A loop over a map needs the map to keep its keys. Walk over a copy.
      """,
      wrong: "m = {1: 2}\nfor k in m { m[k + 1] = 0 }",
      right: "m = {1: 2}\nfor k in list(m) { m[k + 1] = 0 }"),
    Explanation(
      "E0409", "a number that does not fit",
      """
      Integers have 64 bits, and a result that needs more is an error instead of a wrong number.
      """,
      wrong: "2 ** 63",
      right: "2.0 ** 63"),
    Explanation(
      "E0410", "a division by zero",
      """
      Division, remainder and negative powers of zero have no value. Neither has a fractional power of \
      a negative number.
      """,
      wrong: "1 / 0",
      right: "1 / 2"),
    Explanation(
      "E0411", "values too deep to compare",
      """
      Values nested this deeply contain themselves, in practice.
      """,
      wrong: "a = []\nb = []\na.append(b)\nb.append(a)\nprint(a == b)",
      right: "print([1] == [1])"),
    Explanation(
      "E0412", "an operator on the wrong types",
      """
      The operator does not work on these types; nothing is converted silently.
      """,
      wrong: "\"a\" + 1",
      right: "\"a\" + str(1)"),
    Explanation(
      "E0413", "not found",
      """
      The map has no such key, or the sequence no such element.
      """,
      wrong: "{\"a\": 1}[\"b\"]",
      right: "{\"a\": 1}.get(\"b\", 0)"),
    Explanation(
      "E0414", "nothing to walk over",
      """
      Loops walk over lists, tuples, strings, maps, ranges and tensors.
      """,
      wrong: "for i in 10 { }",
      right: "for i in range(10) { }"),
    Explanation(
      "E0415", "taking apart does not fit",
      """
      There must be as many names as values, unless one name has a star.
      """,
      wrong: "a, b = [1, 2, 3]",
      right: "a, *b = [1, 2, 3]"),
    Explanation(
      "E0416", "not a scope",
      """
      with takes values that can be entered and left.
      """,
      wrong: "with 3 { }",
      right: "x = 3"),
    Explanation(
      "E0417", "a wrong format",
      """
      A format is [fill and align][sign][0][width][,][.digits][type], as in Python.
      """,
      wrong: "f\"{1:.q}\"",
      right: "f\"{1:.2f}\""),
    Explanation(
      "E0418", "text that is not a number",
      """
      int and float read text that is a number and nothing else.
      """,
      wrong: "int(\"x\")",
      right: "int(\"3\")"),
    Explanation(
      "E0420", "an assertion does not hold",
      """
      assert fails where its condition is false, and shows both sides of a comparison.
      """,
      wrong: "assert 1 + 1 == 3",
      right: "assert 1 + 1 == 2"),
    Explanation(
      "E0421", "an error of the program",
      """
      The program called error(message).
      """,
      wrong: "error(\"no data\")",
      right: "try { error(\"no data\") } catch e { e.message }"),
  ]
}
