import Foundation
import TesseraScript

/// A program in `Scripts/`, with what it should do written beside its lines.
///
/// `# expect: text` is a line the program prints; `# expect error: part` is part of the diagnostic it ends with.
struct ScriptCase: CustomStringConvertible {
  let name: String
  let text: String

  var description: String { name }

  static let all: [ScriptCase] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scripts")
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".tes") }.sorted().compactMap { name in
      guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else {
        return nil
      }
      return ScriptCase(name: name, text: text)
    }
  }()

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
