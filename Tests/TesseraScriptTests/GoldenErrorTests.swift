import Testing

@testable import TesseraScript

@Suite struct GoldenErrorTests {
  @Test(arguments: ScriptCase.golden)
  func everyErrorIsRenderedAsItWasRead(program: ScriptCase) {
    let name = program.name.split(separator: "/").last.map(String.init) ?? ""
    let outcome = Outcome(program.text, name: name)
    #expect(program.saidOfIt != nil, "every program here fails, and what is said of it stands beside it")
    #expect(outcome.error.map { $0.rendered(color: false) + "\n" } == program.saidOfIt)
    #expect(outcome.leavesCleanStack)
  }

  @Test func thereAreAtLeast120() { #expect(ScriptCase.golden.count >= 120) }

  /// A golden error with neither remark nor advice must say all in its title.
  @Test func mostErrorsNameANextStep() {
    let advised = ScriptCase.golden.filter { $0.saidOfIt?.contains("help: ") ?? false }
    #expect(advised.count * 2 > ScriptCase.golden.count)
  }
}
