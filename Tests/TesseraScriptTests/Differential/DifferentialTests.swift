import Foundation
import Testing

@testable import TesseraScript

/// What the language took from Python must mean what it means in Python.
@Suite(.enabled(if: Python.isHere, "there is no python3"))
struct DifferentialTests {
  /// Scripts that Python runs to another end, and why.
  private static let differing: [String: String] = {
    let reasons = [
      "bytes is a format of ours": ["fstring/bytes"],
      "True stays True where a width is given": ["fstring/pads_other_values"],
      "functions are shown by their names alone, and know them as `name`": [
        "fstring/of_other_values", "function/doc", "function/name_and_text",
      ],
      "errors have a message, a code, a hint and a place": [
        "function/through_builtins_too_deep_is_caught", "function/too_deep_is_caught",
        "list/sort_fails_whole",
        "list/sort_key_fails_whole", "try/catch", "try/catches_lookup", "try/error_in_a_default",
        "try/error_leaves_the_rest", "try/hint_and_kind", "try/in_a_comprehension_of_calls",
        "try/name_is_local",
        "try/rethrown_keeps_its_place", "try/shows_as_its_message", "try/through_calls",
      ],
      "`m.key` reads a map, and keys(), values() and items() are lists": [
        "map/attribute_assign", "map/methods", "map/methods_come_before_keys", "map/nested", "map/read",
        "map/walks_over_a_copy", "string/format", "string/format_of_attributes",
      ],
    ]
    return Dictionary(
      uniqueKeysWithValues: reasons.flatMap { reason, names in names.map { ("\($0).tes", reason) } })
  }()

  @Test func scriptsThatPythonUnderstandsPrintTheSameThere() throws {
    // What ends in an error here may have no end there: integers grow, huge lists are tried.
    let scripts = ScriptCase.all.filter { $0.expectedError == nil }.compactMap { script in
      PythonTranslation.of(script.text).map { (script: script, python: $0) }
    }
    let answers = try Python.answers(to: scripts.map { .program($0.python) })
    for (entry, answer) in zip(scripts, answers) where Self.differing[entry.script.name] == nil {
      guard let answer else { continue }
      let ours = Outcome(entry.script.text).lines.map { $0 + "\n" }.joined()
      #expect(ours == answer, "\(entry.script.name)\n\(entry.python)")
    }
    #expect(answers.count { $0 != nil } > 150)
  }

  @Test(arguments: 0..<4)
  func expressionsHaveTheValueTheyHaveInPython(series: Int) throws {
    let rounds = ProcessInfo.processInfo.environment["TESSERA_FUZZ"] == nil ? 1 : 50
    for round in 0..<rounds {
      let expressions = (0..<400).map { number in
        var generator = ExpressionGenerator(seed: UInt64(round << 20 + series << 12 + number))
        return generator.expression()
      }
      let answers = try Python.answers(to: expressions.map { .expression($0) })
      for (expression, answer) in zip(expressions, answers) {
        let outcome = Outcome(expression)
        // Integers end at 64 bits here, and say so.
        if outcome.error?.code == "E0409" { continue }
        #expect((outcome.error == nil ? outcome.value ?? "None" : "error") == answer, "\(expression)")
      }
    }
  }
}
