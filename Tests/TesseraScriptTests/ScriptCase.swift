import Foundation
import TesseraScript

/// A program in `Scripts/`, with what it should do written beside its lines.
///
/// `# expect: text` is a line the program prints; `# expect error: part` is part of the diagnostic it ends with.
struct ScriptCase: CustomStringConvertible {
  let name: String
  let text: String
  /// How its error is rendered, for a golden program.
  var saidOfIt: String?

  var description: String { name }

  static let all = read("Scripts").filter { !$0.name.hasPrefix("golden/") }

  /// Programs that fail; what is said of each stands beside it in a `.txt`.
  static let golden = read("Scripts/golden")

  private static func read(_ name: String) -> [ScriptCase] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name)
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".tes") }.sorted().compactMap { name in
      guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else {
        return nil
      }
      let said = try? String(
        contentsOf: folder.appendingPathComponent(name.dropLast(3) + "txt"), encoding: .utf8)
      return ScriptCase(name: name, text: text, saidOfIt: said)
    }
  }

  private func expectations(_ marker: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      line.range(of: marker).map { String(line[$0.upperBound...]) }
    }
  }

  var expectedLines: [String] { expectations("# expect: ") }
  var expectedError: String? { expectations("# expect error: ").first }
}

/// What a program printed, and how it ended.
struct Outcome {
  var lines: [String] = []
  var value: String?
  var error: Diagnostic?
  var warnings: [Diagnostic] = []
  var leavesCleanStack = true

  init(_ text: String, name: String = "test", configure: (Interpreter) -> Void = { _ in }) {
    let interpreter = Interpreter()
    let transcript = Transcript()
    interpreter.output = { transcript.text += $0 }
    interpreter.warning = { transcript.warnings.append($0) }
    configure(interpreter)
    do throws(Diagnostic) {
      value = try interpreter.run(SourceText(text, name: name)).map(interpreter.describe)
      for test in interpreter.tests { try interpreter.runTest(test) }
    } catch {
      self.error = error
    }
    lines = transcript.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    warnings = transcript.warnings
    leavesCleanStack = interpreter.leavesCleanStack
  }
}

/// Collects what a program writes.
final class Transcript {
  var text = ""
  var warnings: [Diagnostic] = []
}
