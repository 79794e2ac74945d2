/// Reports as JUnit XML: a suite a file, a case a cell or `test` block.
public enum JUnitReport {
  /// The document.
  public static func render(_ reports: [LessonReport]) -> String {
    let cases = reports.flatMap(\.cases)
    let total = reports.reduce(0) { $0 + $1.seconds }
    let head = "<testsuites name=\"tessera\" \(counts(cases)) time=\"\(seconds(total))\">"
    return
      (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head] + reports.map(suite) + ["</testsuites>", ""])
      .joined(separator: "\n")
  }

  private static func suite(_ report: LessonReport) -> String {
    let head =
      "  <testsuite name=\"\(escape(report.path))\" \(counts(report.cases)) time=\"\(seconds(report.seconds))\">"
    return ([head] + report.cases.map { testCase($0, in: report) } + ["  </testsuite>"]).joined(
      separator: "\n")
  }

  private static func counts(_ cases: [TestCase]) -> String {
    let failures = cases.filter { $0.status == .failed }.count
    let skipped = cases.filter { $0.status == .skipped }.count
    let errors = cases.filter { $0.status == .error || $0.status == .timedOut }.count
    return "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
  }

  private static func testCase(_ item: TestCase, in report: LessonReport) -> String {
    let path = escape(report.path)
    let head =
      "    <testcase classname=\"\(path)\" name=\"\(escape(item.name))\" time=\"\(seconds(item.seconds))\""
      + " file=\"\(path)\" line=\"\(item.line)\""
    let inner = outcome(item) + output(item)
    return inner.isEmpty ? head + "/>" : ([head + ">"] + inner + ["    </testcase>"]).joined(separator: "\n")
  }

  private static func outcome(_ item: TestCase) -> [String] {
    let message = "message=\"\(escape(item.message))\""
    switch item.status {
    case .passed: return []
    case .skipped: return ["      <skipped \(message)/>"]
    case .failed: return ["      <failure \(message)>\(escape(item.detail))</failure>"]
    case .error: return ["      <error type=\"error\" \(message)>\(escape(item.detail))</error>"]
    case .timedOut: return ["      <error type=\"timeout\" \(message)>\(escape(item.detail))</error>"]
    }
  }

  private static func output(_ item: TestCase) -> [String] {
    item.output.isEmpty ? [] : ["      <system-out>\(escape(item.output))</system-out>"]
  }

  private static func seconds(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }

  /// XML 1.0 has no place for most control characters, even escaped; they become `U+FFFD`.
  private static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
