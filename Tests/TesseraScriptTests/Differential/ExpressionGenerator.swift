/// Writes expressions that mean the same in Python, as the language's documents say.
struct ExpressionGenerator {
  private var random: SeededGenerator
  private var depth = 0

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  mutating func expression() -> String {
    switch random.below(5) {
    case 0: number()
    case 1: string()
    case 2: truth()
    case 3: list()
    default: "[\(number()), \(string()), \(truth()), (\(list()), {\(string()): \(number())})]"
    }
  }

  private mutating func nested(_ leaf: [String], _ count: Int, _ body: (inout Self, Int) -> String) -> String
  {
    depth += 1
    defer { depth -= 1 }
    return depth > 4 || random.once(in: 3) ? random.pick(leaf) : body(&self, random.below(count))
  }

  private static let numbers = [
    "0", "1", "2", "3", "-1", "-7", "10", "255", "1000003", "4611686018427387904", "-9007199254740993", "0.0",
    "-0.0",
    "0.5", "-2.5", "1.5", "0.1", "1e16", "1e-5", "123456.789", "1e300", "9007199254740992.0", "True", "False",
    "2.675", "1e22", "-3.0", "100.0", "float('inf')",
  ]

  private mutating func number() -> String {
    nested(Self.numbers, 13) { this, choice in
      switch choice {
      case 0...2:
        "(\(this.number()) \(this.random.pick(["+", "-", "*", "//", "%", "-"])) \(this.number()))"
      case 3:
        "(\(this.small()) / \(this.small()) - \(this.small()) ** \(this.random.pick(["2", "3", "0", "-1", "5"])))"
      case 4: "(-\(this.number()))"
      case 5: "\(this.random.pick(["min", "max"]))(\(this.number()), \(this.number()))"
      case 6: "round(\(this.number()), \(this.random.pick(["1", "0", "2", "-1", "-2", "5"])))"
      case 7: "\(this.random.pick(["abs", "int", "round", "float"]))(\(this.number()))"
      case 8: "len(\(this.random.once(in: 2) ? this.string() : this.list()))"
      case 9: "(\(this.integer()) \(this.random.pick(["&", "|", "^"])) \(this.integer()))"
      case 10: "divmod(\(this.number()), \(this.number()))[\(this.random.pick(["0", "1"]))]"
      case 11: "\(this.string()).\(this.random.pick(["find", "count", "rfind"]))(\(this.string()))"
      default: "(\(this.number()) if \(this.truth()) else \(this.number()))"
      }
    }
  }

  /// What divides and multiplies to the same in floats and in integers without end.
  private mutating func small() -> String {
    random.pick(["1", "2", "-3", "7", "10", "0.5", "-2.5", "1.5", "255", "0"])
  }

  private mutating func integer() -> String {
    random.pick(["0", "1", "2", "3", "-1", "-7", "5", "12", "255", "(~6)", "4611686018427387904"])
  }

  private static let strings = [
    "''", "'a'", "'abc'", "'Hello World'", "'a,b,,c'", "' x y  z '", "\"it's\"", "'é'", "'e\u{301}'",
    "'ñandú'", "'ß'",
    "'12'", "'-5'", "'\\n'", "'a\\tb\\n'", "'ÀB1'", "'日本語'", "'x' 'y'",
  ]

  private mutating func string() -> String {
    nested(Self.strings, 12) { this, choice in
      switch choice {
      case 0: "(\(this.string()) + \(this.string()))"
      case 1: "(\(this.string()) * \(this.random.pick(["0", "1", "2", "3", "-1"])))"
      case 2: "\(this.string())[\(this.slice())]"
      case 3: "\(this.string()).\(this.random.pick(Self.plainMethods))()"
      case 4: "\(this.string()).replace(\(this.string()), \(this.string()))"
      case 5:
        "\(this.string()).\(this.random.pick(["center", "ljust", "rjust", "zfill"]))(\(this.random.pick(["0", "3", "8"])))"
      case 6: "\(this.random.pick(["str", "repr"]))(\(this.number()))"
      case 7: "repr(\(this.list()))"
      case 8: "'\(this.random.pick(["{}", "<{:>6}>", "{0}{0}", "{:s}"]))'.format(\(this.string()))"
      case 9: "'{:\(this.random.pick(Self.formats))}'.format(\(this.small()))"
      case 10: "\(this.string()).join(\(this.string()).split(\(this.random.pick(["", "','", "' '"]))))"
      default:
        "\(this.string()).\(this.random.pick(["strip", "lstrip", "removeprefix", "removesuffix"]))(\(this.random.pick(["'a'", "' '", "'xyz'"])))"
      }
    }
  }

  private static let plainMethods = [
    "upper", "lower", "strip", "lstrip", "rstrip", "title", "capitalize", "swapcase",
  ]
  private static let formats = [
    "", ".2f", ".0f", "10.3f", "+.1f", "e", ".3e", "g", ".3g", "%", ".1%", ",", ",.2f", "08.2f", ">10", "<10",
    "^10",
    "*^9", "+", " ", ".10g",
  ]

  private mutating func slice() -> String {
    let bounds = (0..<3).map { _ in random.pick(["", "", "0", "1", "-1", "2", "-3", "10", "-10"]) }
    let step = random.pick(["", ":", ":2", ":-1", ":-2", ":3"])
    return "\(bounds[0]):\(bounds[1])\(step)"
  }

  private mutating func list() -> String {
    nested(["[]", "[1, 2, 3]", "['a', 'b']", "[0.5, -1]", "[[1], []]", "list('hey')", "[3, 1, 2]"], 10) {
      this, choice in
      switch choice {
      case 0: "(\(this.list()) + \(this.list()))"
      case 1: "(\(this.list()) * \(this.random.pick(["0", "2", "-1"])))"
      case 2: "\(this.list())[\(this.slice())]"
      case 3:
        "list(range(\(this.integer()) % 9, \(this.integer()) % 9, \(this.random.pick(["1", "2", "-1", "-3"]))))"
      case 4: "sorted([\(this.number()), \(this.number()), \(this.number())])"
      case 5: "[x for x in \(this.list()) if \(this.truth())]"
      case 6: "[(i, x) for i, x in enumerate(\(this.list()))]"
      case 7: "\(this.string()).split(\(this.random.pick(["", "'a'", "','", "' '"])))"
      case 8: "list(reversed(\(this.list())))"
      default: "[\(this.string()), *\(this.list())]"
      }
    }
  }

  private mutating func truth() -> String {
    nested(["True", "False"], 10) { this, choice in
      switch choice {
      case 0: "(\(this.number()) \(this.random.pick(Self.relations)) \(this.number()))"
      case 1: "(\(this.string()) \(this.random.pick(Self.relations)) \(this.string()))"
      case 2: "(\(this.list()) \(this.random.pick(["==", "!="])) \(this.list()))"
      case 3: "(\(this.string()) in \(this.string()))"
      case 4: "(\(this.number()) in \(this.list()))"
      case 5: "(not \(this.truth()))"
      case 6: "(\(this.truth()) \(this.random.pick(["and", "or"])) \(this.truth()))"
      case 7: "(\(this.number()) < \(this.number()) <= \(this.number()))"
      case 8:
        "\(this.string()).\(this.random.pick(["isdigit", "isalpha", "isspace", "isupper", "islower", "isalnum"]))()"
      default: "bool(\(this.random.once(in: 2) ? this.string() : this.list()))"
      }
    }
  }

  private static let relations = ["==", "!=", "<", "<=", ">", ">="]
}
