/// Failures as GitHub workflow commands, which show beside the lines of a change.
public enum GitHubAnnotations {
  /// One line a failed case.
  public static func render(_ reports: [LessonReport]) -> String {
    reports.flatMap { report in
      report.cases.filter(\.status.isFailure).map { line($0, path: report.path) + "\n" }
    }.joined()
  }

  private static func line(_ item: TestCase, path: String) -> String {
    let place = "file=\(property(path)),line=\(item.line),title=\(property(item.name))"
    let text = item.detail.isEmpty ? item.message : item.message + "\n" + item.detail
    return "::error \(place)::\(data(text))"
  }

  private static func data(_ text: String) -> String {
    text.map { ["%": "%25", "\r": "%0D", "\n": "%0A", "\r\n": "%0D%0A"][$0] ?? String($0) }.joined()
  }

  private static func property(_ text: String) -> String {
    data(text).map { [":": "%3A", ",": "%2C"][$0] ?? String($0) }.joined()
  }
}
