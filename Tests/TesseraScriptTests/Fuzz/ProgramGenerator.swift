/// Writes programs that the grammar allows, about values that lie at the edges.
///
/// Few names, so that most of them mean something where they are read; few of the programs end without an error, and
/// most of them get somewhere first.
struct ProgramGenerator {
  var random: SeededGenerator
  private var depth = 0
  private var isInFunction = false
  private var isInLoop = false

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  mutating func program() -> String {
    let lead = "a = 3\nb = [1, 2.5, \"x\"]\nc = {\"k\": 1}\nd = \"añb\"\ndef f(x=1, *y, **z) { return x }\n"
    return lead + statements(1 + random.below(7))
  }

  // MARK: Statements

  private mutating func statements(_ count: Int) -> String {
    (0..<count).map { _ in statement() + random.pick(["\n", "\n", "\n", ";\n", "  # note\n"]) }.joined()
  }

  private mutating func block() -> String {
    depth += 1
    defer { depth -= 1 }
    return "{\n" + statements(random.below(3)) + "}"
  }

  private mutating func statement() -> String {
    if depth > 3 { return "\(target()) = \(expression())" }
    switch random.below(24) {
    case 0...4: return "\(target()) = \(expression())"
    case 5: return "\(target()) \(random.pick(Self.operators))= \(expression())"
    case 6: return "\(name()), \(random.pick(["", "*"]))\(name()) = \(expression())"
    case 7, 8: return "print(\(expression()))"
    case 9: return "if \(expression()) \(block())" + (random.once(in: 2) ? " else \(block())" : "")
    case 10: return "if \(expression()) \(block()) elif \(expression()) \(block())"
    case 11: return loop("while \(expression()) ")
    case 12, 13: return loop("for \(name()) in \(expression()) ")
    case 14: return loop("for \(name()), \(name()) in \(expression()) ")
    case 15, 16: return function("def \(random.pick(["f", "g"]))(\(parameters())) ")
    case 17: return model()
    case 18: return "try \(block()) catch e \(block())"
    case 19: return "assert \(expression()), \(expression())"
    case 20: return "del \(random.pick([name(), "b[0]", "c[\"k\"]", "b[1:]"]))"
    case 21: return escape()
    case 22:
      return random.pick([
        "const K = \(expression())", "test \"t\" \(block())", "with \(expression()) as w \(block())",
      ])
    default: return expression()
    }
  }

  private mutating func escape() -> String {
    if isInLoop, random.once(in: 2) { return random.pick(["break", "continue"]) }
    return isInFunction ? "return \(expression())" : "error(\(expression()))"
  }

  private mutating func loop(_ head: String) -> String {
    let outer = isInLoop
    isInLoop = true
    defer { isInLoop = outer }
    return head + block()
  }

  private mutating func function(_ head: String) -> String {
    let outer = (isInFunction, isInLoop)
    (isInFunction, isInLoop) = (true, false)
    defer { (isInFunction, isInLoop) = outer }
    return head + block()
  }

  private mutating func model() -> String {
    let body = [
      "param w = \(expression())\n", "layer l = \(expression())\n", function("def forward(x) ") + "\n",
      "def __init__(q) { self.q = q }\n", function("def again(self_=1) ") + "\n", "n = \(expression())\n",
    ]
    let members = (0..<random.below(4)).map { _ in random.pick(body) }
    return "model M(\(parameters())) {\n\(members.joined())}"
  }

  private mutating func parameters() -> String {
    let all = ["x", "x=\(small())", "x, y", "*x", "x, *, y=2", "x, **y", "x, /, y", ""]
    return random.pick(all)
  }

  private mutating func target() -> String {
    random.once(in: 4)
      ? random.pick(["b[\(small())]", "c[\(small())]", "c.k", "M.x", "b[\(slice())]", "self.n", "(a, b)"])
      : name()
  }

  // MARK: Expressions

  private mutating func expression() -> String {
    depth += 1
    defer { depth -= 1 }
    if depth > 6 { return small() }
    switch random.below(26) {
    case 0...4: return small()
    case 5, 6: return name()
    case 7...9: return "\(operand()) \(random.pick(Self.operators)) \(operand())"
    case 10: return "\(random.pick(["-", "+", "~", "not "]))\(operand())"
    case 11, 12: return "\(operand()) \(random.pick(Self.comparisons)) \(operand())"
    case 13: return "\(operand()) < \(operand()) <= \(operand())"
    case 14: return "\(operand()) if \(operand()) else \(operand())"
    case 15: return "\(operand()) \(random.pick(["and", "or"])) \(operand())"
    case 16, 17: return "\(random.pick(Self.functions))(\(arguments()))"
    case 18, 19: return "\(operand()).\(random.pick(Self.methods))(\(arguments()))"
    case 20: return "\(operand())[\(random.once(in: 2) ? slice() : expression())]"
    case 21: return display()
    case 22:
      return
        "[\(expression()) for \(name()) in \(expression())\(random.once(in: 2) ? " if \(expression())" : "")]"
    case 23: return "{\(expression()): \(expression()) for \(name()) in \(expression())}"
    case 24: return "(fn(\(parameters())) => \(expression()))"
    default: return text()
    }
  }

  private mutating func operand() -> String {
    random.once(in: 3) ? "(\(expression()))" : random.once(in: 2) ? small() : name()
  }

  private mutating func display() -> String {
    let (one, two) = (expression(), expression())
    return random.pick([
      "[\(one), \(two)]", "(\(one), \(two))", "(\(one),)", "{\(one): \(two)}", "[*\(one), \(two)]", "[]",
      "()", "{}",
    ])
  }

  private mutating func arguments() -> String {
    let (one, two) = (expression(), expression())
    return random.pick([
      "", one, "\(one), \(two)", "\(one), key=\(two)", "*\(one)", "\(one), **\(two)", "x=\(one)",
    ])
  }

  private mutating func slice() -> String {
    let bounds = (0..<3).map { _ in random.once(in: 2) ? "" : small() }
    return random.pick([
      "\(bounds[0]):\(bounds[1])", "\(bounds[0]):\(bounds[1]):\(bounds[2])", "...", "None, 1",
    ])
  }

  private mutating func text() -> String {
    let spec = random.pick([
      "", "=", "!r", ":.3f", ":>8", ":x", ":,", ":bytes", ":{a}", ":^+012.4e", ":c", ":%", ":é<5",
    ])
    return "f\"t{\(random.once(in: 2) ? name() : small())\(spec)}\""
  }

  private mutating func name() -> String { random.pick(Self.names) }
  private mutating func small() -> String { random.pick(Self.literals) }

  private static let names = ["a", "b", "c", "d", "f", "g", "M", "e", "x", "self", "len"]
  private static let literals = [
    "0", "1", "2", "-1", "3", "7", "255", "9223372036854775807", "(-9223372036854775807 - 1)",
    "4611686018427387904",
    "0.5", "-0.0", "1e308", "5e-324", "float(\"nan\")", "float(\"inf\")", "True", "False", "None", "\"\"",
    "\"a\"",
    "\"é\u{301}\"", "\"👩‍👩‍👧\"", "'a,b'", "[]", "[1, [2]]", "(1, 2)", "()", "{}", "{1: 2}", "range(3)",
    "range(9, 0, -2)",
    "range(-9223372036854775807, 9223372036854775807, 2)", "range(10 ** 18)", "1_000", "0xff", "b", "c",
  ]
  private static let operators = ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^"]
  private static let comparisons = ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]
  private static let functions = [
    "len", "range", "zip", "enumerate", "sorted", "reversed", "sum", "min", "max", "abs", "round", "int",
    "float", "str",
    "bool", "list", "tuple", "type", "repr", "map", "filter", "any", "all", "divmod", "f", "M", "error",
    "builtin.len",
    "a", "c",
  ]
  private static let methods = [
    "append", "pop", "extend", "insert", "remove", "clear", "index", "count", "reverse", "sort", "copy",
    "get", "keys",
    "values", "items", "setdefault", "update", "join", "split", "splitlines", "strip", "lstrip", "replace",
    "format",
    "startswith", "endswith", "find", "rfind", "upper", "lower", "title", "capitalize", "swapcase",
    "partition",
    "removeprefix", "removesuffix", "ljust", "rjust", "center", "zfill", "isdigit", "isalpha", "isspace",
    "isupper",
    "forward", "again", "name", "k", "start", "message",
  ]
}
