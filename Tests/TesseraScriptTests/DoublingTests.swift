import Testing

@testable import TesseraScript

/// Values that hold each other twice, and so on: small in memory, without end for whoever walks through them.
@Suite struct DoublingTests {
  private func doubled(_ start: String, _ step: String, then use: String) -> Outcome {
    Outcome(
      "a, b = \(start), \(start)\nfor i in range(60) {\n a = \(step)\n b = \(step.replacing("a", with: "b"))\n}\n\(use)"
    )
  }

  @Test(arguments: ["[a, a]", "(a, a)", "{0: a, 1: a}"])
  func comparingThemIsRefused(step: String) {
    #expect(doubled("[1]", step, then: "a == b").error?.code == "E0411")
  }

  @Test(arguments: ["[a, a]", "(a, a)"])
  func orderingThemIsRefused(step: String) {
    #expect(doubled("[1]", step, then: "a < b").error?.code == "E0411")
  }

  @Test func aKeyMadeOfThemIsRefused() {
    #expect(doubled("1", "(a, a)", then: "{a: 1}").error?.code == "E0411")
  }

  @Test(arguments: ["[a, a]", "(a, a)", "{0: a, 1: a}"])
  func theirTextIsCut(step: String) {
    // Not as deep as the rest: the depth alone would cut it.
    let text = Outcome("a = [1]\nfor i in range(35) { a = \(step) }\nlen(str(a)) < 100000000").value
    #expect(text == "True")
  }

  @Test(arguments: ["len(a)", "list(a)[1] is a[1] or True", "[a, 1].index(1)"])
  func aFunctionTakesThemAsTheyAre(call: String) {
    #expect(doubled("1", "(a, a)", then: "\(call)\n").error == nil)
  }

  @Test func theyAreFreed() { #expect(doubled("[1]", "[a, a]", then: "a = b = None").leavesCleanStack) }
}
