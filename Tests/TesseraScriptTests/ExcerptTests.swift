import Testing

@testable import TesseraScript

/// Lines of errors that are wider than the terminal, or hold wide characters.
@Suite struct ExcerptTests {
  private func window(_ line: String, marking text: String, columns: Int) throws -> ExcerptWindow {
    let place = try #require(line.range(of: text))
    let column = line.unicodeScalars.distance(from: line.startIndex, to: place.lowerBound) + 1
    return ExcerptWindow(
      .init(line: line, column: column, width: text.unicodeScalars.count), columns: columns)
  }

  @Test func `carets stand under what they mark after wide characters`() throws {
    let shown = try window("名 = \"中文字符\" + 1", marking: "\"中文字符\"", columns: 80)
    #expect(shown.lead.count == "名 = ".displayWidth && "名 = ".displayWidth == 5)
    #expect(shown.carets.count == 10)
  }

  @Test func `marks without a width take none`() throws {
    let shown = try window("e\u{301} = missing", marking: "missing", columns: 80)
    #expect(shown.lead.count == 4)
  }

  @Test func `tabs stay tabs`() throws {
    #expect(try window("\tx = missing", marking: "missing", columns: 80).lead == "\t    ")
  }

  /// Every place in a long line, at every width a terminal may have.
  @Test(arguments: [8, 20, 33, 40, 80])
  func `what is marked is shown`(columns: Int) throws {
    let words = (0..<60).map { "w\($0)" }
    let line = words.joined(separator: " ")
    for word in words {
      let place = try #require(line.range(of: word))
      let shown = try window(line, marking: word, columns: columns)
      #expect(shown.text.displayWidth <= columns)
      #expect(shown.lead.count + shown.carets.count <= columns)
      let rest = shown.text.dropFirst(shown.lead.count)
      #expect(rest.hasPrefix(line[place].prefix(shown.carets.count)), "\(shown)")
    }
  }
}
