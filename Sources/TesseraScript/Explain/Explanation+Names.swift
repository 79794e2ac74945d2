/// Pages about names and attributes.
extension Explanation {
  static let namePages: [Explanation] = [
    Explanation(
      "E0301", "an unknown name",
      """
      Nothing of that name was assigned, defined or built in.
      """,
      wrong: "print(lenght)",
      right: "length = 1\nprint(length)"),
    Explanation(
      "E0302", "a name read before it is assigned",
      """
      A name assigned anywhere in a function is the function's own, also where a session variable has \
      the same name. A member is read before it is set.
      """,
      wrong: "x = 1\ndef f() {\n  y = x\n  x = 2\n}\nf()",
      right: "x = 1\ndef f() {\n  y = x\n  return y\n}\nf()"),
    Explanation(
      "E0303", "a name that is not built yet",
      """
      The name belongs to the language, but this version does not have it yet.
      """,
      wrong: "not_built_yet()",
      right: "x = 1"),
    Explanation(
      "E0304", "an unknown attribute",
      """
      The value has no attribute or method of that name.
      """,
      wrong: "[1].apend(2)",
      right: "[1].append(2)"),
    Explanation(
      "E0305", "an attribute that cannot be set",
      """
      Attributes of instances and maps can be set; those of built-in values cannot.
      """,
      wrong: "x = 1\nx.a = 2",
      right: "m = {}\nm.a = 2"),
  ]
}
