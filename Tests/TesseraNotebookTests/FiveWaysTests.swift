import Foundation
import TesseraScript
import Testing

@testable import TesseraNotebook

/// A program of the language's own tests.
struct LanguageProgram: CustomTestStringConvertible, Sendable {
  let name: String
  let text: String

  var testDescription: String { name }

  static let all: [LanguageProgram] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../TesseraScriptTests/Scripts").standardizedFileURL
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".tes") }.sorted().compactMap { name in
      let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      return text.map { LanguageProgram(name: name, text: $0) }
    }
  }()
}

/// What a reader sees of a run, whichever way the program came in.
private struct Seen: Equatable {
  var printed = ""
  var error: Failure?

  /// An error without the name of its source, its lines counted from the program's first.
  struct Failure: Equatable {
    var code: String
    var kind: Diagnostic.Kind
    var title: String
    var help: String?
    var notes: [String]
    var line: Int
    var column: Int
    var excerpt: String?
    var calls: [String]
  }

  /// Lines count from the one that is the first of `source` where the error lies there.
  mutating func add(_ result: CellResult, printed: String, firstLine: (_ source: String) -> Int = { _ in 1 })
  {
    self.printed += printed
    guard let error = result.error else { return }
    let firstLine = firstLine(error.location.name)
    self.error = Failure(
      code: error.code, kind: error.kind, title: error.title, help: error.help,
      notes: error.notes.map(\.label),
      line: error.location.line - firstLine + 1, column: error.location.column, excerpt: error.excerpt?.line,
      calls: error.trace.prefix(20).map(\.function) + ["of \(error.trace.count)"])
  }
}

/// A session whose programs print to where the test can see it, apart from the values cells show.
private final class Stage {
  let session: Session
  private var printed = ""

  init() throws {
    session = try Session()
    session.interpreter.output = { [unowned self] in printed += $0 }
  }

  func run(_ cell: CellSource) -> (CellResult, String) {
    printed = ""
    let result = session.run(cell)
    return (result, printed)
  }
}

@Suite struct FiveWaysTests {
  @Test(arguments: LanguageProgram.all)
  func `a program does the same as file, as code and from standard input`(program: LanguageProgram) throws {
    let file = try whole(program.text, name: program.name)
    #expect(try whole(program.text, name: "-c") == file)
    #expect(try whole(program.text, name: "stdin") == file)
  }

  @Test(arguments: LanguageProgram.all)
  func `a program does the same as a lesson's cell`(program: LanguageProgram) throws {
    let fence = String(repeating: "`", count: 5)
    let page = "# A lesson\n\n\(fence)tessera\n\(program.text)\n\(fence)\n"
    let lesson = LessonParser.parse(page, path: "a.md")
    let cell = try #require(lesson.cells.first)
    var seen = Seen()
    let (result, printed) = try Stage().run(CellSource(cell, in: lesson))
    seen.add(result, printed: printed, firstLine: { _ in cell.codeLine })
    #expect(try whole(program.text, name: "a.md", firstLine: cell.codeLine) == seen)
  }

  @Test(arguments: LanguageProgram.all)
  func `a program does the same typed at the prompt`(program: LanguageProgram) throws {
    let file = try whole(program.text, name: program.name)
    let typed = try typed(program.text)
    guard file.error?.kind == .syntax || file.error?.kind == .incomplete else {
      return #expect(typed == file)
    }
    // What is no program fails before it begins; at the prompt its first statements have run by then, and may fail
    // themselves.
    #expect(file.printed.isEmpty)
    if typed.error?.kind != .runtime { #expect(typed.error == file.error) }
  }

  private func whole(_ text: String, name: String, firstLine: Int = 1) throws -> Seen {
    var cell = CellSource(text, name: name)
    cell.showsValue = false
    cell.firstLine = firstLine
    var seen = Seen()
    let (result, printed) = try Stage().run(cell)
    seen.add(result, printed: printed, firstLine: { _ in firstLine })
    return seen
  }

  /// The program as typed: an entry ends with the first line at which it is no longer unfinished.
  private func typed(_ text: String) throws -> Seen {
    let stage = try Stage()
    var seen = Seen()
    var entry: [Substring] = []
    var line = 1
    func perform() {
      var cell = CellSource(entry.joined(separator: "\n"), name: "input \(line)")
      cell.keepsValue = true
      let (result, printed) = stage.run(cell)
      // An entry is called by its line: an error may lie in a function of an earlier one.
      seen.add(result, printed: printed) { 2 - (Int($0.dropFirst("input ".count)) ?? line) }
      line += entry.count
      entry = []
    }
    for next in text.split(separator: "\n", omittingEmptySubsequences: false) where seen.error == nil {
      entry.append(next)
      let typed = entry.joined(separator: "\n")
      if case .incomplete = stage.session.interpreter.completeness(of: typed) { continue }
      perform()
    }
    if !entry.isEmpty, seen.error == nil { perform() }
    return seen
  }
}
