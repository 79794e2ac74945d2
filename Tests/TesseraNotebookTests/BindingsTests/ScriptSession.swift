import Foundation
import TesseraScript
import TesseraTensor
import Testing

@testable import TesseraNotebook

/// The language with an engine of its own: what a script test runs in.
final class ScriptSession {
  let interpreter = Interpreter()
  let engine: Engine
  let bindings: EngineBindings
  private(set) var output = ""
  private(set) var notes: [String] = []

  init(seed: UInt64 = 0, writingTo folder: String = ".") {
    engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.random = RandomState(seed: seed)
    bindings = EngineBindings(engine: engine)
    interpreter.output = { [unowned self] in output += $0 }
    bindings.install(into: interpreter)
    bindings.context.writeFolder = folder
    bindings.note = { [unowned self] in notes.append($0) }
  }

  /// Runs a program; returns what it printed.
  func run(_ text: String, name: String = "cell") throws -> String {
    output = ""
    _ = try interpreter.run(SourceText(text, name: name))
    return output
  }

  /// The value of the program's last expression, as the prompt shows it.
  func value(_ text: String) throws -> String {
    guard let value = try interpreter.run(SourceText(text, name: "cell")) else { return "None" }
    return interpreter.describe(value)
  }

  /// The error that a program ends with.
  func failure(_ text: String) -> Diagnostic? {
    do {
      _ = try interpreter.run(SourceText(text, name: "cell"))
      return nil
    } catch { return error }
  }

  var liveBytes: Int { engine.ledger.liveBytes }
}

/// A program with the answers beside its lines: `# expect: text` and `# expect error: text`.
struct ScriptCase: CustomTestStringConvertible, Sendable {
  let path: String
  let name: String

  var testDescription: String { name }

  /// Every case below `BindingsScripts`, by path.
  static let all: [ScriptCase] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("BindingsScripts").path
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".tes") }.sorted().map { ScriptCase(path: "\(root)/\($0)", name: $0) }
  }()

  /// What the program prints, line by line, by its comments.
  func expectations(in text: String) -> (lines: [String], error: String?) {
    var lines: [String] = []
    var error: String?
    for line in text.split(separator: "\n") {
      if let mark = line.range(of: "# expect: ") { lines.append(String(line[mark.upperBound...])) }
      if let mark = line.range(of: "# expect error: ") { error = String(line[mark.upperBound...]) }
    }
    return (lines, error)
  }
}
