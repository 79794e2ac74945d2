import Testing

@testable import TesseraNotebook

@Suite struct ReportTests {
  static let reports = [report]

  static var report: LessonReport {
    var report = LessonReport(path: "lessons/a b.md", title: "A")
    report.cases = TestCase.Status.all.enumerated().map { index, status in
      var item = TestCase(name: "cell-\(index) <&\">", line: 10 + index)
      item.status = status
      item.message = status == .passed ? "" : "why: \"\(status)\", 100%"
      item.detail = status.isFailure ? "one\ntwo\u{1B}[31m" : ""
      item.output = status == .passed ? "printed\n" : ""
      item.seconds = 0.0125
      return item
    }
    return report
  }

  @Test func `JUnit counts every status and keeps the reason of a skip`() {
    let xml = JUnitReport.render(Self.reports)
    #expect(xml.contains("tests=\"5\" failures=\"1\" errors=\"2\" skipped=\"1\""))
    #expect(xml.contains("<skipped message=\"why: &quot;skipped&quot;, 100%\"/>"))
    #expect(xml.contains("<error type=\"timeout\""))
    #expect(xml.contains("<system-out>printed\n</system-out>"))
    #expect(
      xml.contains("name=\"cell-0 &lt;&amp;&quot;&gt;\" time=\"0.013\" file=\"lessons/a b.md\" line=\"10\""))
  }

  @Test func `JUnit holds no character that XML forbids`() {
    #expect(!JUnitReport.render(Self.reports).unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `TAP has a point a file and a subtest point a case`() {
    let lines = TAPReport.render(Self.reports).split(separator: "\n")
    #expect(lines.first == "TAP version 14")
    #expect(lines.filter { $0.hasPrefix("    ok ") || $0.hasPrefix("    not ok ") }.count == 5)
    #expect(lines.contains("    ok 2 - cell-1 <&\"> # SKIP why: \"skipped\", 100%"))
    #expect(lines.contains("      message: \"why: \\\"failed\\\", 100%\""))
    #expect(lines.last == "not ok 1 - lessons/a b.md")
  }

  @Test func `annotations name file, line and title of failures only`() {
    let lines = GitHubAnnotations.render(Self.reports).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("::error file=lessons/a b.md,line=12,title=cell-2 <&\">::") == true)
    #expect(lines.allSatisfy { $0.contains("100%25%0Aone%0Atwo") })
  }
}

extension TestCase.Status {
  static let all: [TestCase.Status] = [.passed, .skipped, .failed, .error, .timedOut]
}
