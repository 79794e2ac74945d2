/// Reports as TAP version 14: a test point a file, with its cells as a subtest.
public enum TAPReport {
  /// The document.
  public static func render(_ reports: [LessonReport]) -> String {
    var lines = ["TAP version 14", "1..\(reports.count)"]
    for (index, report) in reports.enumerated() {
      lines.append("# Subtest: \(escape(report.path))")
      lines.append("    1..\(report.cases.count)")
      for (number, item) in report.cases.enumerated() { lines += point(item, number: number + 1) }
      lines.append("\(report.passed ? "ok" : "not ok") \(index + 1) - \(escape(report.path))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func point(_ item: TestCase, number: Int) -> [String] {
    let head = "    \(item.status.isFailure ? "not ok" : "ok") \(number) - \(escape(item.name))"
    if item.status == .skipped { return [head + " # SKIP \(escape(item.message))"] }
    guard item.status.isFailure else { return [head] }
    return [head] + diagnosis(item).map { "      " + $0 }
  }

  /// A YAML block; the texts are double-quoted scalars or a literal block, which need no further rules.
  private static func diagnosis(_ item: TestCase) -> [String] {
    var lines = [
      "---", "message: \(quoted(item.message))", "severity: \(item.status.rawValue)", "line: \(item.line)",
    ]
    if !item.detail.isEmpty {
      lines.append("detail: |2")
      lines += item.detail.lessonLines.map { "  " + $0 }
    }
    return lines + ["..."]
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { ["\"": "\\\"", "\\": "\\\\", "\n": "\\n"][$0] ?? String($0) }.joined() + "\""
  }

  /// `#` would start a directive, and a name ends with its line.
  private static func escape(_ text: String) -> String {
    text.map { ["#": "\\#", "\\": "\\\\", "\n": " "][$0] ?? String($0) }.joined()
  }
}
