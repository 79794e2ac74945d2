/// What `?"".split` shows: a row for each method of the language's own types.
///
/// An example ends with the value that its output shows.
enum MethodHelp {
  typealias Rows = KeyValuePairs<String, Help>

  static let list = table([
    "append": Help("Adds a value at the end.", example: "xs = [1]\nxs.append(2)\nxs", output: "[1, 2]"),
    "extend": Help(
      "Adds every element of something that can be walked over.",
      example: "xs = [1]\nxs.extend(range(2, 4))\nxs", output: "[1, 2, 3]"),
    "insert": Help(
      "Puts a value in front of the element at an index.",
      details: "An index past either end is the end itself.",
      example: "xs = [1, 3]\nxs.insert(1, 2)\nxs", output: "[1, 2, 3]"),
    "pop": Help(
      "Takes an element out and gives it: the last, or the one at an index.",
      example: "xs = [1, 2, 3]\nxs.pop(0) + xs.pop()", output: "4"),
    "remove": Help(
      "Takes out the first element that equals a value.", details: "Fails where there is none.",
      example: "xs = [1, 2, 1]\nxs.remove(1)\nxs", output: "[2, 1]"),
    "clear": Help("Takes every element out.", example: "xs = [1, 2]\nxs.clear()\nxs", output: "[]"),
    "index": Help(
      "The place of the first element that equals a value.", details: "Fails where there is none; `in` asks.",
      example: "[\"a\", \"b\"].index(\"b\")", output: "1"),
    "count": Help("How many elements equal a value.", example: "[1, 2, 1].count(1)", output: "2"),
    "reverse": Help(
      "Turns the list back to front.", details: "`reversed(xs)` leaves it as it is and makes a new one.",
      example: "xs = [1, 2]\nxs.reverse()\nxs", output: "[2, 1]"),
    "sort": Help(
      "Sorts the list; equal elements keep their order.",
      details: "`sorted(xs)` leaves it as it is and makes a new one.",
      example: "xs = [\"bb\", \"a\"]\nxs.sort(key=len)\nxs", output: "['a', 'bb']"),
    "copy": Help(
      "A new list of the same elements.", example: "xs = [1]\nys = xs.copy()\nys.append(2)\nxs", output: "[1]"
    ),
  ])

  static let tuple = table([
    "index": Help(
      "The place of the first element that equals a value.", details: "Fails where there is none; `in` asks.",
      example: "(4, 5).index(5)", output: "1"),
    "count": Help("How many elements equal a value.", example: "(1, 2, 1).count(1)", output: "2"),
  ])

  static let map = table([
    "get": Help(
      "The value of a key, or a default where the map does not have it.", example: "{\"a\": 1}.get(\"b\", 0)",
      output: "0"),
    "keys": Help(
      "A list of the keys, in order.", example: "{\"a\": 1, \"b\": 2}.keys()", output: "['a', 'b']"),
    "values": Help(
      "A list of the values, in order.", example: "{\"a\": 1, \"b\": 2}.values()", output: "[1, 2]"),
    "items": Help(
      "A list of the pairs, in order.", example: "[f\"{k}={v}\" for k, v in {\"a\": 1}.items()]",
      output: "['a=1']"),
    "pop": Help(
      "Takes a pair out and gives its value.",
      details: "Gives the default where the map does not have the key, and fails where there is none.",
      example: "m = {\"a\": 1}\nm.pop(\"a\") + len(m)", output: "1"),
    "setdefault": Help(
      "The value of a key, which is set first where the map does not have it.",
      example: "m = {}\nm.setdefault(\"a\", []).append(1)\nm", output: "{'a': [1]}"),
    "update": Help(
      "Takes over every pair of another map.", details: "`m | other` makes a new map.",
      example: "m = {\"a\": 1}\nm.update({\"a\": 2, \"b\": 3})\nm", output: "{'a': 2, 'b': 3}"),
    "clear": Help("Takes every pair out.", example: "m = {\"a\": 1}\nm.clear()\nm", output: "{}"),
    "copy": Help("A new map of the same pairs.", example: "{\"a\": 1}.copy()", output: "{'a': 1}"),
  ])

  static let string = table([
    "upper": Help("The text in capitals.", example: "\"swin\".upper()", output: "'SWIN'"),
    "lower": Help("The text in small letters.", example: "\"MRI\".lower()", output: "'mri'"),
    "capitalize": Help(
      "The text with a capital first, and small letters after it.", example: "\"left ear\".capitalize()",
      output: "'Left ear'"),
    "title": Help(
      "The text with a capital at the start of each word.", example: "\"left ear\".title()",
      output: "'Left Ear'"),
    "swapcase": Help(
      "Capitals made small, and the other way round.", example: "\"Ab\".swapcase()", output: "'aB'"),
    "isdigit": Help(
      "Whether there are digits and nothing else.", example: "\"128\".isdigit()", output: "True"),
    "isalpha": Help(
      "Whether there are letters and nothing else.", example: "\"x1\".isalpha()", output: "False"),
    "isalnum": Help(
      "Whether there are letters and digits and nothing else.", example: "\"x1\".isalnum()", output: "True"),
    "isspace": Help(
      "Whether there are blanks and nothing else.", example: "\" \\t\".isspace()", output: "True"),
    "isupper": Help(
      "Whether every letter is a capital, and there is one.", example: "\"T1\".isupper()", output: "True"),
    "islower": Help(
      "Whether every letter is small, and there is one.", example: "\"T1\".islower()", output: "False"),
    "startswith": Help(
      "Whether the text begins with a part, or with one of a tuple of parts.",
      example: "\"layers1.0\".startswith(\"layers\")", output: "True"),
    "endswith": Help(
      "Whether the text ends with a part, or with one of a tuple of parts.",
      example: "\"brain.nii.gz\".endswith((\".nii\", \".nii.gz\"))", output: "True"),
    "find": Help(
      "The place where a part begins first, or -1.", example: "\"encoder1\".find(\"code\")", output: "2"),
    "rfind": Help(
      "The place where a part begins last, or -1.", example: "\"a.b.c\".rfind(\".\")", output: "3"),
    "index": Help(
      "The place where a part begins first.", details: "Fails where there is none; `find` gives -1.",
      example: "\"encoder1\".index(\"code\")", output: "2"),
    "count": Help(
      "How often a part occurs, counted without overlaps.", example: "\"banana\".count(\"an\")", output: "2"),
    "split": Help(
      "A list of the parts between separators, or of the words.",
      details: "limit is how many cuts are made at most; -1 is all.", example: "\"a,b,c\".split(\",\", 1)",
      output: "['a', 'b,c']"),
    "splitlines": Help("A list of the lines.", example: "\"a\\nb\\n\".splitlines()", output: "['a', 'b']"),
    "join": Help(
      "The texts of a list with this one between them.", example: "\"-\".join([\"a\", \"b\"])",
      output: "'a-b'"),
    "replace": Help(
      "The text with every old part made new.", details: "limit is how many are replaced at most; -1 is all.",
      example: "\"a.b.c\".replace(\".\", \"/\")", output: "'a/b/c'"),
    "partition": Help(
      "A tuple of what stands before a separator, the separator, and what stands after it.",
      example: "\"key=value\".partition(\"=\")", output: "('key', '=', 'value')"),
    "strip": Help(
      "The text without blanks at its ends, or without some other characters.", example: "\"  x \".strip()",
      output: "'x'"),
    "lstrip": Help("`strip` at the start only.", example: "\"007\".lstrip(\"0\")", output: "'7'"),
    "rstrip": Help("`strip` at the end only.", example: "\"1.500\".rstrip(\"0\")", output: "'1.5'"),
    "removeprefix": Help(
      "The text without a part that it begins with.",
      example: "\"module.encoder1\".removeprefix(\"module.\")",
      output: "'encoder1'"),
    "removesuffix": Help(
      "The text without a part that it ends with.", example: "\"swin.tes\".removesuffix(\".tes\")",
      output: "'swin'"),
    "ljust": Help(
      "The text to the left of a field of some width.", example: "\"a\".ljust(3, \".\")", output: "'a..'"),
    "rjust": Help(
      "The text to the right of a field of some width.", example: "\"7\".rjust(3)", output: "'  7'"),
    "center": Help(
      "The text in the middle of a field of some width.", example: "\"a\".center(5, \"*\")", output: "'**a**'"
    ),
    "zfill": Help(
      "The text with zeros in front, after its sign.", example: "\"-7\".zfill(4)", output: "'-007'"),
    "format": Help(
      "The text with values in place of its braces.", details: "An f-string says the same more shortly.",
      example: "\"{} of {n:.1f}\".format(3, n=7)", output: "'3 of 7.0'"),
  ])

  private static func table(_ rows: Rows) -> [String: Help] {
    Dictionary(rows.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
