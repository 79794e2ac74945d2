import TesseraScript
import Testing

@testable import TesseraNotebook

/// When the bytes of a tensor go: at the last use of the last name for it, whatever the construct.
@Suite struct TensorLifetimeTests {
  /// One tensor of 4000 bytes in each program; `live()` prints the bytes that are left.
  static let programs: [(construct: String, program: String, printed: [Int])] = [
    ("a statement's value", "zeros(1000)\nlive()", [0]),
    ("a temporary operand", "y = (zeros(1000) + 1).sum().item()\nlive()", [0]),
    ("an argument", "def f(x) {\n n = x.shape[0]\n live()\n return n\n}\nf(zeros(1000))", [0]),
    (
      "an argument used later", "def f(x) {\n live()\n return x.shape[0]\n}\nf(zeros(1000))\nlive()",
      [4000, 0]
    ),
    (
      "a local after its last use", "def f() {\n x = zeros(1000)\n n = x.shape\n live()\n return n\n}\nf()",
      [0]
    ),
    ("a rebound variable", "x = zeros(1000)\nlive()\nx = 1\nlive()", [4000, 0]),
    ("a deleted variable", "x = zeros(1000)\ndel x\nlive()", [0]),
    (
      "a closure", "def f() {\n x = zeros(1000)\n return fn() => x.shape\n}\ng = f()\nlive()\ndel g\nlive()",
      [4000, 0]
    ),
    ("a loop's variable", "for i in range(3) { x = zeros(1000) }\nlive()\ndel x\nlive()", [4000, 0]),
    (
      "a loop's variable in a function", "def f() {\n for x in [zeros(1000)] { x.shape }\n live()\n}\nf()",
      [0]
    ),
    ("a comprehension", "n = [x.shape for x in [zeros(1000)]]\nlive()", [0]),
    (
      "a caught error", "def f(x) { return x + nope }\ntry { f(zeros(1000)) } catch e { live() }\nlive()",
      [0, 0]
    ),
    ("an error of an op", "try { zeros(1000) + zeros(3) } catch e { live() }", [0]),
    ("a method's receiver", "n = zeros(1000).reshape(10, 100).T.shape\nlive()", [0]),
    ("a method as a value", "f = zeros(1000).sum\nlive()\ndel f\nlive()", [4000, 0]),
    ("a member", "model M() { buffer x = zeros(1000) }\nm = M()\nlive()\nm.x = None\nlive()", [4000, 0]),
    ("an instance", "model M() { buffer x = zeros(1000) }\nm = M()\ndel m\nlive()", [0]),
    ("a view", "y = zeros(1000)[:10]\nlive()\ndel y\nlive()", [4000, 0]),
    ("a list's element", "xs = [zeros(1000)]\nxs.pop()\nlive()", [0]),
    ("a map's value", "m = {\"x\": zeros(1000)}\nm.clear()\nlive()", [0]),
    ("a scope", "with no_grad { x = zeros(1000) }\ndel x\nlive()", [0]),
    ("text made of it", "s = f\"{zeros(1000).sum().item()}\"\nlive()", [0]),
    ("an assertion", "try { assert zeros(1000).shape == (3,) } catch e { live() }", [0]),
  ]

  @Test(arguments: 0..<programs.count)
  func `a tensor is freed at its last use`(number: Int) throws {
    let entry = Self.programs[number]
    let session = ScriptSession()
    session.defineLive()
    #expect(try session.run(entry.program) == entry.printed.map { "\($0)\n" }.joined(), "\(entry.construct)")
  }

  static let circles: [(circle: String, program: String)] = [
    ("a list", "xs = [zeros(1000)]\nxs.append(xs)\ndel xs"),
    ("a closure", "def f() {\n x = zeros(1000)\n g = fn(n) => g(n - 1) if n > 0 else x.shape\n g(1)\n}\nf()"),
    ("a method of a list", "xs = [zeros(1000)]\nxs.append(xs.pop)\ndel xs"),
    (
      "an instance",
      "model M() {\n buffer x = zeros(1000)\n def tie() { self.own = [self] }\n}\nm = M()\nm.tie()\ndel m"
    ),
    (
      "an instance and a method of its model's",
      "model M() { param x = zeros(1000) }\nm = M()\nm.list = m.parameters\ndel m"
    ),
    (
      "a layer that contains the instance that has it",
      "model M() { param x = zeros(1000)\n def forward(y) { return y } }\nm = M()\nm.hooks = [Sequential(m)]\ndel m"
    ),
    (
      "parent and child",
      "model Child(up) { parent = up }\nmodel M() {\n param x = zeros(1000)\n layer child = Child(self)\n}\nm = M()\ndel m"
    ),
    (
      "parent and child in use",
      "model Child(up) {\n parent = up\n layer fc = Linear(2, 2)\n def forward(x) { return fc(x) }\n}\nmodel M() {\n"
        + " layer child = Child(self)\n def forward(x) { return child(x) }\n}\nm = M()\nm(zeros(1, 2)).sum().backward()\n"
        + "m.parameters()\nm.train()\nm.zero_grad()\ndel m"
    ),
  ]

  @Test(arguments: 0..<circles.count)
  func `a tensor that only a dead circle holds is freed at the end of the run`(number: Int) throws {
    let entry = Self.circles[number]
    let session = ScriptSession()
    _ = try session.run(entry.program)
    #expect(session.liveBytes == 0, "\(entry.circle)")
  }

  @Test func `dead circles give way when memory does not suffice`() throws {
    let session = ScriptSession()
    session.engine.ledger.budget = 10_000
    _ = try session.run("for i in range(50) {\n  xs = [zeros(1000)]\n  xs.append(xs)\n}")
    #expect(session.liveBytes == 4000)
    #expect(session.failure("ys = [zeros(1000), zeros(1000)]")?.code == "E0811")
  }

  @Test func `the prompt's _ holds a tensor until the next value, and without its graph`() throws {
    let bindings = try EngineBindings()
    let session = try Session(extensions: [bindings])
    func enter(_ text: String) {
      var cell = CellSource(text, name: "input")
      cell.keepsValue = true
      _ = session.run(cell)
    }
    enter("x = zeros(1000, requires_grad=True)")
    enter("(x.exp() * 2).exp()")
    #expect(bindings.engine.ledger.liveBytes == 8000)
    enter("1")
    #expect(bindings.engine.ledger.liveBytes == 4000)
  }
}

extension ScriptSession {
  /// Gives programs `live()`, which prints how many bytes are live.
  fileprivate func defineLive() {
    interpreter.defineBuiltin(
      NativeFunction("live()") { [unowned self] _, interpreter in
        interpreter.output("\(liveBytes)\n")
        return .none
      })
  }
}
