import Foundation
import Testing

@testable import TesseraScript

/// Programs nobody wrote, run for what must hold of every text.
///
/// The tests run a bounded number of them, always the same. `TESSERA_FUZZ=SECONDS` runs new ones for that long instead,
/// and leaves each in `TESSERA_FUZZ_LAST` before it runs, for when the process ends with it.
@Suite struct FuzzTests {
  @Test(arguments: 0..<4)
  func programsOfTheGrammarKeepThePromises(series: Int) {
    repeated("grammar", series, 300) { seed in
      var generator = ProgramGenerator(seed: seed)
      return generator.program()
    }
  }

  @Test(arguments: 0..<4)
  func scriptsWithChangedBytesKeepThePromises(series: Int) {
    let scripts = ScriptCase.all + ScriptCase.golden
    repeated("bytes", series, 300) { seed in
      var random = SeededGenerator(state: seed)
      return Self.changed(random.pick(scripts).text, random.pick(scripts).text, &random)
    }
  }

  @Test(arguments: 0..<4)
  func shuffledTokensKeepThePromises(series: Int) {
    repeated("tokens", series, 300) { seed in
      var random = SeededGenerator(state: seed)
      return (0...random.below(14)).map { _ in random.pick(Self.words) }.joined(separator: " ")
    }
  }

  private static let words = [
    "x", "y", "f", "1", "2.5", "\"s\"", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "+", "-", "*", "**",
    "if",
    "else", "for", "in", "def", "return", "fn", "=>", "not", "and", "try", "catch", "with", "assert", "\n",
    ";",
    "print", "range", "del", "model", "self", "param", "import", "from", "test", "const", "f\"{", "}\"",
    "'''", "...",
    "while", "break", "elif", "is", "or", "True", "None", "@", "//", "->", "!=", "#", "\\", "\t", "é",
    "\u{0}",
  ]

  /// Bytes replaced, removed, doubled, or a piece of another script put in between.
  private static func changed(_ text: String, _ other: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    let more = Array(other.utf8)
    for _ in 0...random.below(4) where !bytes.isEmpty && !more.isEmpty {
      let place = random.below(bytes.count)
      switch random.below(5) {
      case 0: bytes[place] = UInt8(random.below(256))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(bytes[place], at: place)
      case 3: bytes[place] = more[random.below(more.count)]
      default:
        let start = random.below(more.count)
        bytes.insert(contentsOf: more[start..<min(more.count, start + 1 + random.below(20))], at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let seconds = ProcessInfo.processInfo.environment["TESSERA_FUZZ"].flatMap(Double.init)
  private static let lastPath = ProcessInfo.processInfo.environment["TESSERA_FUZZ_LAST"]

  private func repeated(_ kind: String, _ series: Int, _ count: Int, _ text: (UInt64) -> String) {
    var seed = UInt64(series) << 32
    if let seconds = Self.seconds {
      seed += UInt64(Date().timeIntervalSince1970) << 8
      let end = Date().addingTimeInterval(seconds)
      while Date() < end {
        seed += 1
        let text = text(seed)
        if let path = Self.lastPath {
          try? text.write(toFile: "\(path).\(kind).\(series)", atomically: false, encoding: .utf8)
        }
        Promises.check(text)
      }
      return
    }
    for _ in 0..<count {
      seed += 1
      Promises.check(text(seed))
    }
  }
}
