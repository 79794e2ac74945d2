import Foundation
import Testing

@testable import TesseraNotebook

/// The pages below `docs`.
@Suite struct DocumentationTests {
  static let docs: String = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.deletingLastPathComponent().appendingPathComponent("docs").path
  }()

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: Self.docs + "/" + path, encoding: .utf8)
  }

  private func session() throws -> Session { try Session(extensions: [EngineBindings()]) }

  @Test func `the reference is what the help of the builtins says now`() throws {
    let pages = Reference(try session()).pages
    #expect(pages.count > 200)
    for page in pages {
      #expect(
        (try? read("reference/" + page.path)) == page.text, "\(page.path); ./tessera docs docs/reference")
    }
    let files = FileManager.default.enumerator(atPath: Self.docs + "/reference")?.compactMap { $0 as? String }
    let known = Set(pages.map(\.path))
    #expect((files ?? []).filter { $0.hasSuffix(".md") && !known.contains($0) } == [])
  }

  @Test func `no two pages differ in the case of their letters only`() throws {
    let paths = Reference(try session()).pages.map { $0.path.lowercased() }
    #expect(Set(paths).count == paths.count)
  }

  /// The code in the last column of each row; `⏎` stands between the lines of one example.
  private func examples(_ page: String) -> [String] {
    page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| PyTorch says") }.map { row in
      let cell = row.components(separatedBy: " | ").last ?? ""
      let parts = cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      return parts.joined(separator: "\n")
    }
  }

  @Test func `what Tessera says runs, row by row in one session`() throws {
    let page = try read("pytorch.md")
    let session = try session()
    let cells = LessonParser.parse(page, path: "pytorch.md").cells
    for cell in cells { #expect(session.run(CellSource(cell.code, name: "setup")).error == nil) }
    let examples = examples(page)
    #expect(examples.count > 40)
    for example in examples {
      let error = session.run(CellSource(example, name: "row")).error
      #expect(error == nil, "\(example): \(error?.title ?? "")")
    }
  }

  @Test func `every link between the pages leads somewhere`() throws {
    let pages = FileManager.default.enumerator(atPath: Self.docs)?.compactMap { $0 as? String } ?? []
    for page in pages where page.hasSuffix(".md") && !page.hasPrefix("reference/") {
      let folder = URL(fileURLWithPath: Self.docs + "/" + page).deletingLastPathComponent()
      for match in try read(page).matches(of: /\]\(([^)#:]+)\)/) {
        let target = folder.appendingPathComponent(String(match.1)).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page): \(match.1)")
      }
    }
  }
}
