import Testing

@testable import TesseraScript

/// Warnings of names that are one letter away from the name that was meant.
@Suite struct SlipTests {
  @Test(arguments: [
    "total = 0\nfor i in range(3) { totl = total + i }",
    "def f() { total = 0; toatl = 5; return total }",
    "def f(weights) { wieghts = weights * 2; return weights }",
    "model M() { speed = 1\n def step() { sped = speed * 2 } }",
    "if True { learning = 1\n print(learning)\n learningg = 2 }",
  ])
  func `a name that nothing reads beside one that is read`(program: String) {
    #expect(Outcome(program).warnings.map(\.code) == ["E0118"], "\(program)")
  }

  @Test(arguments: [
    "def f() { loss = 1; losses = [2]; return loss }",
    "def f() { layer1 = 1; layer2 = 2; return layer1 }",
    "def f() { row = 1; rows = 2; return row }",
    "def f() { total = 0; totl = 5; return total + totl }",
    "def f() { total = 0; totl = 5; g = fn() => totl; return total }",
    "total = 0\ntotl = 5\nprint(total)",
    "def f(xs) { total = 0; for totl in xs { total += 1 }; return total }",
  ])
  func `names that are near each other on purpose, or read`(program: String) {
    #expect(Outcome(program).warnings.isEmpty, "\(program)")
  }

  @Test func `a variable of the session is no slip`() {
    let warnings = Outcome("if True { count = 1 }\nif True { print(count) }").warnings
    #expect(warnings.isEmpty)
  }
}
