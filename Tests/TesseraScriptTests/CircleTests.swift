import Testing

@testable import TesseraScript

/// Containers that hold themselves are freed at the end of a run, with all they hold.
@Suite struct CircleTests {
  static let programs: [(circle: String, program: String)] = [
    ("a list in itself", "xs = [make()]\nxs.append(xs)\ndel xs"),
    ("a list at a place of its own", "xs = [make(), 0]\nxs[1] = xs\ndel xs"),
    ("a list in a slice of its own", "xs = [make()]\nxs[0:0] = [xs]\ndel xs"),
    ("a list extended by itself", "xs = [make()]\nxs.extend([1, xs])\ndel xs"),
    ("a list inserted into itself", "xs = [make()]\nxs.insert(0, xs)\ndel xs"),
    ("two lists in each other", "a = [make()]\nb = [a]\na.append(b)\ndel a, b"),
    ("a tuple between", "xs = [make()]\nxs.append((1, xs))\ndel xs"),
    ("a map in itself", "m = {\"x\": make()}\nm[\"m\"] = m\ndel m"),
    ("a map by attribute", "m = {\"x\": make()}\nm.own = m\ndel m"),
    ("a map by setdefault", "m = {\"x\": make()}\nm.setdefault(1, [m])\ndel m"),
    ("a map by update", "m = {\"x\": make()}\nm.update({\"m\": m})\ndel m"),
    ("a map by an instance as key", link + "x = Link(make())\nm = {x: 1}\nx.link(m)\ndel x, m"),
    ("an instance in itself", link + "x = Link(make())\nx.link(x)\ndel x"),
    ("an instance set from outside", link + "x = Link(make())\nx.other = [x]\ndel x"),
    (
      "a ring of instances",
      link
        + "first = Link(make())\nlast = first\nfor i in range(50) {\n new = Link(make())\n new.link(last)\n"
        + " last = new\n}\nfirst.link(last)\ndel first, last, new"
    ),
    (
      "an instance that hands itself out while it is made",
      "model Child(parent) { up = parent }\nmodel Parent(x) {\n kept = x\n child = Child(self)\n}\np = Parent(make())\ndel p"
    ),
    ("an instance and its method", link + "x = Link(make())\nx.link(x.link)\ndel x"),
    ("a list and its own method", "xs = [make()]\nxs.append(xs.append)\ndel xs"),
    ("a map and its own method", "m = {\"x\": make()}\nm[\"get\"] = m.get\ndel m"),
    ("a function that reads the list it is in", "def f() {\n xs = [make()]\n xs.append(fn() => xs)\n}\nf()"),
    (
      "a function whose default is the list it is in",
      "def f() {\n xs = [make()]\n def g(y=xs) { return y }\n xs.append(g)\n}\nf()"
    ),
    (
      "two functions that call each other",
      "def f() {\n a = make()\n def g(n) { return a if n == 0 else h(n) }\n def h(n) { return g(n - 1) }\n h(2)\n}\nf()"
    ),
    (
      "a function expression that calls itself",
      "def f() {\n a = make()\n g = fn(n) => g(n - 1) if n > 0 else a\n g(3)\n}\nf()"
    ),
    (
      "a model that makes its own kind",
      "def f() {\n a = make()\n model M() { def forward(n) { return M()(n - 1) if n > 0 else a } }\n M()(2)\n}\nf()"
    ),
    (
      "a circle left by an error",
      "def f() {\n xs = [make()]\n xs.append(xs)\n error(\"x\")\n}\ntry { f() } catch e { }"
    ),
    (
      "a circle left by an error nobody catches",
      "def f() {\n xs = [make()]\n xs.append(xs)\n error(\"x\")\n}\nf()"
    ),
    ("a method of a tuple", "xs = [make()]\nt = (xs, 1)\nxs.append(t.index)\ndel t, xs"),
    (
      "a circle of ten thousand",
      "xs = [make()]\nfirst = xs\nfor i in range(10000) { xs = [xs] }\nfirst.append(xs)\ndel first, xs"
    ),
  ]

  private static let link =
    "model Link(x) {\n kept = x\n other = None\n def link(to) { self.other = to }\n}\n"

  @Test(arguments: 0..<programs.count)
  func aCircleNobodyHoldsIsFreedAtTheEndOfTheRun(number: Int) {
    let entry = Self.programs[number]
    let stage = CountingStage()
    stage.run(entry.program)
    #expect(stage.census.alive == 0, "\(entry.circle)")
    #expect(stage.interpreter.leavesCleanStack, "\(entry.circle)")
  }

  static let held: [(holder: String, program: String, reading: String)] = [
    ("a variable", "xs = [make()]\nxs.append(xs)", "len(xs[1][1])"),
    ("a list that is held", "xs = [make()]\nxs.append(xs)\nys = [xs]\ndel xs", "len(ys[0][1])"),
    (
      "a method of a tuple that is held", "xs = [make()]\nxs.append(xs)\nf = (xs, 1).index\ndel xs",
      "f(1) + 1"
    ),
    ("a tuple that is held", "xs = [make()]\nxs.append(xs)\nt = (xs, 1)\ndel xs", "len(t[0][1])"),
    (
      "a function that is held", "def f() {\n xs = [make(), 2]\n xs[1] = xs\n return fn() => xs\n}\ng = f()",
      "len(g()[1])"
    ),
    (
      "another circle that is held",
      "a = [make()]\na.append(a)\nb = [a]\nb.append(b)\ndel a", "len(b[1][0])"
    ),
    (
      "a key of a map that is held", link + "x = Link(make())\nx.link([x, x])\nm = {x: 1}\ndel x",
      "len(list(m)[0].other)"
    ),
  ]

  @Test(arguments: 0..<held.count)
  func aCircleThatIsHeldStaysWhole(number: Int) {
    let entry = Self.held[number]
    let stage = CountingStage()
    stage.run(entry.program)
    #expect(stage.census.alive == 1, "\(entry.holder)")
    #expect(stage.run(entry.reading) == "2", "\(entry.holder)")
  }

  @Test func manyDeadCirclesAreFreedWhileTheProgramRuns() {
    let stage = CountingStage()
    stage.run(
      "most = 0\nfor i in range(50000) {\n xs = [make()]\n xs.append(xs)\n most = max(most, alive())\n}\nprint(most < 25000)"
    )
    #expect(stage.transcript.text == "True\n")
    stage.run("del xs")
    #expect(stage.census.alive == 0)
  }

  @Test func theHostIsToldHowManyContainersWereFreed() {
    let interpreter = Interpreter()
    interpreter.defineBuiltin(
      NativeFunction("collect()") { _, interpreter in .int(interpreter.collectCycles()) })
    let outcome = try? interpreter.run(
      SourceText("a = []\nb = {1: a}\na.append(b)\ndel a, b\n[collect(), collect()]", name: "test"))
    #expect(outcome.map(interpreter.describe) == "[2, 0]")
  }

  @Test func whatIsHeldOnlyByTheHostStays() throws {
    let interpreter = Interpreter()
    let list = ListObject([.int(7)])
    interpreter.setGlobal("xs", to: .list(list))
    _ = try interpreter.run(SourceText("xs.append(xs)\ndel xs", name: "test"))
    #expect(list.count == 2)
  }
}
