import Testing

@testable import TesseraScript

/// A repeatable source of numbers (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct FuzzTests {
  @Test(arguments: 0..<4)
  func changedBytesNeverCrashTheParser(seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed) + 1)
    let interpreter = Interpreter()
    for script in ScriptCase.all {
      var bytes = Array(script.text.utf8)
      guard !bytes.isEmpty else { continue }
      for _ in 0..<4 {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        _ = interpreter.completeness(of: String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  @Test(arguments: 0..<4)
  func shuffledTokensNeverCrashTheCompilerOrTheMachine(seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed) + 99)
    let words = [
      "x", "y", "f", "1", "2.5", "\"s\"", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "+", "-", "*",
      "**", "if", "else",
      "for", "in", "def", "return", "fn", "=>", "not", "and", "try", "catch", "with", "assert", "\n", ";",
      "print", "range", "del",
    ]
    for _ in 0..<500 {
      let count = Int.random(in: 1...14, using: &generator)
      let text = (0..<count).compactMap { _ in words.randomElement(using: &generator) }.joined(separator: " ")
      let outcome = Outcome(text) { $0.maxSteps = 1000 }
      #expect(outcome.leavesCleanStack, "\(text)")
    }
  }
}
