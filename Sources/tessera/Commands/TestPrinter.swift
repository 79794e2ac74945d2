import TesseraNotebook

/// Test results as text: a line a file, what failed below it, and a summary at the end.
struct TestPrinter: Sendable {
  let console: Console
  let quiet: Bool
  /// Set when another report has standard output for itself.
  let isSilent: Bool

  func print(_ report: LessonReport) {
    guard !isSilent, !quiet || !report.passed else { return }
    var lines = [headline(report)]
    for item in report.cases where item.status.isFailure { lines += failure(item, in: report) }
    if !quiet {
      for item in report.cases where item.status == .skipped {
        lines.append(console.style.apply(.dim, "  skipped \(item.name): \(item.message)"))
      }
    }
    console.write(lines.joined(separator: "\n") + "\n")
  }

  private func headline(_ report: LessonReport) -> String {
    let mark = report.passed ? console.style.apply(.green, "ok  ") : console.style.apply(.red, "FAIL")
    return "\(mark) \(report.path) (\(counts([report])); \(seconds(report.seconds)))"
  }

  private func failure(_ item: TestCase, in report: LessonReport) -> [String] {
    let head = "  \(report.path):\(item.line): \(item.name): \(item.message)"
    return [console.style.apply(.bold, head)] + item.detail.split(separator: "\n").map { "    " + $0 }
  }

  func printSummary(_ reports: [LessonReport]) {
    guard !isSilent else { return }
    let total = reports.reduce(0) { $0 + $1.seconds }
    let files = reports.count == 1 ? "1 file" : "\(reports.count) files"
    console.write("\(files), \(counts(reports)) in \(seconds(total))\n")
  }

  private func counts(_ reports: [LessonReport]) -> String {
    let names: [(TestCase.Status, String)] = [
      (.passed, "passed"), (.failed, "failed"), (.error, "with errors"), (.timedOut, "timed out"),
      (.skipped, "skipped"),
    ]
    let parts = names.compactMap { status, name in
      let count = reports.reduce(0) { $0 + $1.count(status) }
      return count > 0 ? "\(count) \(name)" : nil
    }
    return parts.isEmpty ? "nothing to run" : parts.joined(separator: ", ")
  }

  private func seconds(_ value: Double) -> String {
    value < 10 ? "\((value * 100).rounded() / 100) s" : "\(Int(value.rounded())) s"
  }
}
