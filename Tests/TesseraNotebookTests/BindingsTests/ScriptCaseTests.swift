import Foundation
import TesseraScript
import Testing

@testable import TesseraNotebook

@Suite struct BindingsScriptTests {
  @Test("a script prints what its comments say", arguments: ScriptCase.all)
  func runs(_ script: ScriptCase) throws {
    let text = try String(contentsOfFile: script.path, encoding: .utf8)
    let (lines, error) = script.expectations(in: text)
    let folder = try TemporaryFolder()
    let session = ScriptSession(writingTo: folder.path)
    var printed = ""
    var failure: Diagnostic?
    do { printed = try session.run(text, name: script.name) } catch let diagnostic as Diagnostic {
      failure = diagnostic
      printed = session.output
    }
    let printedLines = printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(printedLines.map(String.init) == lines)
    let shown = failure?.rendered(color: false) ?? "no error"
    if let error {
      #expect(shown.contains(error), "\(shown)")
    } else {
      #expect(failure == nil, "\(shown)")
    }
  }
}
