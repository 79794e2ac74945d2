import Foundation
import Testing

@testable import TesseraScript

@Suite struct ExplanationTests {
  /// Codes whose wrong example needs something around it that a program cannot have by itself.
  private static let staged: Set<String> = ["E0303", "E0400", "E0502", "E0503", "E0602", "E0603"]

  @Test(arguments: Explanation.pages.map(\.code))
  func theWrongExampleFailsWithItsCodeAndTheRightOneDoesNot(code: String) throws {
    let page = try #require(Explanation.page(for: code))
    let right = Outcome(page.right)
    #expect(right.error == nil, "\(right.error?.rendered(color: false) ?? "")")
    guard !Self.staged.contains(code) else { return }
    let wrong = Outcome(page.wrong)
    #expect((wrong.error ?? wrong.warnings.first)?.code == code)
  }

  @Test func everyCodeOfTheSourcesHasAPage() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/TesseraScript")
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    for file in files where file.hasSuffix(".swift") && !file.hasPrefix("Explain") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for match in text.matches(of: /"(E0\d\d\d)"/) {
        #expect(Explanation.page(for: String(match.1)) != nil, "\(match.1) in \(file)")
      }
    }
  }

  @Test func stagedFailuresHaveTheirCodes() {
    #expect(Outcome("not_built_yet()") { $0.plannedNames = ["not_built_yet"] }.error?.code == "E0303")
    #expect(Outcome("while True { }") { $0.maxSteps = 1000 }.error?.code == "E0503")
    #expect(Outcome("while True { }") { $0.interrupt.raise() }.error?.kind == .interrupted)
    let cycle = Outcome("import a from \"a.tes\"") {
      $0.importer = { SourceText("import b from \"a.tes\"", name: $0) }
    }
    #expect(cycle.error?.code == "E0602")
  }
}
