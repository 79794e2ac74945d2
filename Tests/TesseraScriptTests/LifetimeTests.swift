import Testing

@testable import TesseraScript

/// Counts the instances that are alive, and lets a program ask at any moment.
final class Census {
  var alive = 0
  var log: [String] = []
}

final class Counted: HostObject {
  let census: Census
  init(_ census: Census) {
    self.census = census
    census.alive += 1
  }
  deinit { census.alive -= 1 }
  override var typeName: String { "counted" }
  override func binary(_ op: BinaryOperator, _ other: Value, reflected: Bool) throws -> Value? {
    op == .add ? .host(Counted(census)) : nil
  }
  override func call(_ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    .host(Counted(census))
  }
}

private final class Scope: HostObject {
  let census: Census
  init(_ census: Census) { self.census = census }
  override func enter(_ interpreter: Interpreter) throws -> Value? {
    census.log.append("enter")
    return .int(1)
  }
  override func exit(_ interpreter: Interpreter, error: Diagnostic?) throws {
    census.log.append(error == nil ? "exit" : "exit failed")
  }
}

/// An interpreter with `make()` (a new counted value), `alive()`, `same(x)` and `scope`.
final class CountingStage {
  let census = Census()
  let interpreter = Interpreter()
  let transcript = Transcript()

  init() {
    interpreter.output = { [transcript] in transcript.text += $0 }
    interpreter.defineBuiltin(NativeFunction("make()") { [census] _, _ in .host(Counted(census)) })
    interpreter.defineBuiltin(NativeFunction("same(x)") { arguments, _ in arguments["x"] })
    interpreter.defineBuiltin(NativeFunction("alive()") { [census] _, _ in .int(census.alive) })
    interpreter.defineBuiltin("scope", .host(Scope(census)))
  }

  /// Runs a program to its end or its error; gives its value as text.
  @discardableResult
  func run(_ text: String) -> String? {
    (try? interpreter.run(SourceText(text, name: "test"))).map(interpreter.describe)
  }
}

/// Runs a program on such a stage; gives what it printed and the count left.
private func run(_ text: String) -> (lines: [String], alive: Int, log: [String], isClean: Bool) {
  let stage = CountingStage()
  stage.run(text)
  return (
    stage.transcript.text.split(separator: "\n").map(String.init), stage.census.alive, stage.census.log,
    stage.interpreter.leavesCleanStack
  )
}

@Suite struct LifetimeTests {
  static let programs: [(construct: String, program: String, printed: [String])] = [
    ("an expression statement", "make()\nprint(alive())", ["0"]),
    ("operands of an operator", "x = make() + make()\nprint(alive())", ["1"]),
    ("a chain of operators", "x = make() + make() + make() + make()\nprint(alive())", ["1"]),
    ("a rebound session variable", "x = make()\nx = 1\nprint(alive())", ["0"]),
    ("a deleted session variable", "x = make()\ndel x\nprint(alive())", ["0"]),
    (
      "a local after its last use", "def f() {\n a = make()\n b = a + a\n print(alive())\n return 1\n}\nf()",
      ["0"]
    ),
    (
      "a local that is used later",
      "def f() {\n a = make()\n print(alive())\n return a + a\n}\nf()\nprint(alive())", ["1", "0"]
    ),
    ("a parameter nobody reads", "def f(a) { print(alive()) }\nf(make())", ["0"]),
    (
      "an argument moved into a call",
      "def g(a) {\n a + a\n print(alive())\n}\ndef f() {\n a = make()\n g(a)\n}\nf()", ["0"]
    ),
    (
      "x = f(x)",
      "def g(a) {\n b = a + a\n print(alive())\n return b\n}\ndef f() {\n x = make()\n x = g(x)\n x = g(x)\n}\nf()\nprint(alive())",
      ["1", "1", "0"]
    ),
    (
      "a branch that does not use it",
      "def f(c) {\n a = make()\n if c { a + a } else { print(alive()) }\n}\nf(False)", ["0"]
    ),
    (
      "a loop's body", "def f() {\n for i in range(3) {\n  a = make()\n  a + a\n  print(alive())\n }\n}\nf()",
      ["0", "0", "0"]
    ),
    ("a loop's list", "def f() {\n for x in [make(), make()] { x + x }\n print(alive())\n}\nf()", ["0"]),
    (
      "a loop left by break", "def f() {\n for x in [make(), make()] { break }\n print(alive())\n}\nf()",
      ["0"]
    ),
    (
      "a comprehension", "def f() {\n n = len([x + x for x in [make(), make()]])\n print(alive())\n}\nf()",
      ["0"]
    ),
    ("a closure", "def f() {\n a = make()\n g = fn() => a\n g()\n g = 1\n print(alive())\n}\nf()", ["0"]),
    ("a list", "xs = [make(), make()]\nxs.pop()\nprint(alive())\nxs.clear()\nprint(alive())", ["1", "0"]),
    ("a map", "m = {\"a\": make()}\nm[\"a\"] = 1\nprint(alive())", ["0"]),
    (
      "unpacking",
      "def f() {\n a, b = make(), make()\n a + a\n print(alive())\n return b\n}\nf()\nprint(alive())",
      ["1", "0"]
    ),
    ("an error in an expression", "try { [make(), make() + nope] } catch e { print(alive()) }", ["0"]),
    (
      "an error in a call",
      "def f(a) {\n b = make()\n error(\"x\")\n return (a, b)\n}\ntry { f(make()) } catch e { print(alive()) }",
      ["0"]
    ),
    ("wrong arguments", "def f(a) { }\ntry { f(make(), make()) } catch e { print(alive()) }", ["0"]),
    ("an unknown keyword", "def f(a) { }\ntry { f(make(), b=make()) } catch e { print(alive()) }", ["0"]),
    (
      "a caught error's locals",
      "def f() {\n a = make()\n try { error(\"x\") } catch e { print(alive()) }\n return 1\n}\nf()", ["0"]
    ),
    (
      "a local the handler reads",
      "def f() {\n a = make()\n try {\n  a + a\n  error(\"x\")\n } catch e {\n  print(alive())\n  a + a\n }\n print(alive())\n}\nf()",
      ["1", "0"]
    ),
    (
      "an instance",
      "model M(x) {\n w = x\n def forward() { return w + w }\n}\nm = M(make())\nm()\nprint(alive())\nm = 1\nprint(alive())",
      ["1", "0"]
    ),
    (
      "a constructor argument methods read",
      "model M(x) { def forward() { return x + x } }\nm = M(make())\nm()\nprint(alive())\ndel m\nprint(alive())",
      ["1", "0"]
    ),
    ("a native call's argument", "same(make())\nprint(alive())", ["0"]),
    (
      "a method value",
      "model M() {\n w = make()\n def forward() { return w }\n}\ndef f() {\n g = M().forward\n print(alive())\n g()\n print(alive())\n}\nf()",
      ["1", "0"]
    ),
    (
      "a conditional expression",
      "def f(c) {\n a = make() if c else make()\n print(alive())\n return a\n}\nf(True)\nprint(alive())",
      ["1", "0"]
    ),
    ("and, or", "x = make() and make()\nprint(alive())\ny = make() or make()\nprint(alive())", ["1", "2"]),
    (
      "a function that captures itself",
      "def f() {\n a = make()\n def g(n) { return a if n == 0 else g(n - 1) }\n g(2)\n}\nf()\nprint(alive())",
      ["0"]
    ),
    ("an f-string", "s = f\"{make()}\"\nprint(alive())", ["0"]),
    ("an assertion", "try { assert make() == make() } catch e { print(alive()) }", ["0"]),
    ("spread arguments", "def f(*xs) { print(alive()) }\nf(*[make(), make()])", ["0"]),
  ]

  @Test(arguments: 0..<programs.count)
  func valuesAreFreedAtTheirLastUse(number: Int) {
    let entry = Self.programs[number]
    let result = run(entry.program)
    #expect(result.lines == entry.printed, "\(entry.construct)")
    #expect(result.isClean, "\(entry.construct)")
  }

  static let scopes: [(situation: String, program: String, log: [String])] = [
    ("normally", "with scope { }", ["enter", "exit"]),
    ("by an error", "with scope { error(\"x\") }", ["enter", "exit failed"]),
    ("by a caught error", "try { with scope { error(\"x\") } } catch e { }", ["enter", "exit failed"]),
    ("by return", "def f() { with scope { return 1 } }\nf()", ["enter", "exit"]),
    ("by break", "for i in range(2) { with scope { break } }", ["enter", "exit"]),
    ("by continue", "for i in range(2) { with scope { continue } }", ["enter", "exit", "enter", "exit"]),
    ("two at once", "with scope, scope { }", ["enter", "enter", "exit", "exit"]),
    (
      "by return inside try", "def f() { with scope { try { return 1 } catch e { } } }\nf()",
      ["enter", "exit"]
    ),
    ("by an error in a call", "def f() { error(\"x\") }\nwith scope { f() }", ["enter", "exit failed"]),
  ]

  @Test(arguments: 0..<scopes.count)
  func scopesAreLeftOnceHoweverTheirBlockEnds(number: Int) {
    let entry = Self.scopes[number]
    #expect(run(entry.program).log == entry.log, "\(entry.situation)")
  }
}
