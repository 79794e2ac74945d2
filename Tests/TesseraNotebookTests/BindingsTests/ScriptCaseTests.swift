import Foundation
import TesseraScript
import Testing

@testable import TesseraNotebook

@Suite struct BindingsScriptTests {
  @Test("a script prints what its comments say", arguments: ScriptCase.all)
  func runs(_ script: ScriptCase) throws {
    let text = try String(contentsOfFile: script.path, encoding: .utf8)
    let (lines, error) = script.expectations(in: text)
    let session = ScriptSession()
    var printed = ""
    var failure: Diagnostic?
    do { printed = try session.run(text, name: script.name) } catch let diagnostic as Diagnostic {
      failure = diagnostic
      printed = session.output
    }
    #expect(printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) == lines)
    if let error {
      #expect(failure?.rendered(color: false).contains(error) == true, "\(failure?.rendered(color: false) ?? "no error")")
    } else {
      #expect(failure == nil, "\(failure?.rendered(color: false) ?? "")")
    }
  }
}
