import Testing

@testable import TesseraScript

extension Interpreter {
  /// Every value was freed or is a session variable's.
  var leavesCleanStack: Bool { machine.isClean }
}

@Suite struct ScriptTests {
  @Test(arguments: ScriptCase.all)
  func everyScriptDoesWhatIsWrittenBesideItsLines(script: ScriptCase) {
    let outcome = Outcome(script.text, name: script.name)
    #expect(outcome.lines == script.expectedLines)
    if let expected = script.expectedError {
      let rendered = outcome.error?.rendered(color: false) ?? "no error"
      #expect(rendered.contains(expected), "\(rendered)")
    } else {
      #expect(outcome.error == nil, "\(outcome.error?.rendered(color: false) ?? "")")
    }
    #expect(outcome.leavesCleanStack)
  }

  @Test func thereAreAtLeast400Scripts() { #expect(ScriptCase.all.count >= 400) }

  @Test(arguments: ScriptCase.all)
  func everyPrefixOfAScriptIsCompleteIncompleteOrWrong(script: ScriptCase) {
    let interpreter = Interpreter()
    let scalars = Array(script.text.unicodeScalars)
    // Every prefix of a long script would cost quadratic time for no new situations.
    for count in 0...min(scalars.count, 600) {
      var prefix = String.UnicodeScalarView()
      prefix.append(contentsOf: scalars[..<count])
      _ = interpreter.completeness(of: String(prefix))
    }
  }
}
