/// What differs between an output fence and what a cell printed, for a reader to see at a glance.
public struct OutputDifference: Sendable {
  /// One line of the comparison.
  public enum Line: Sendable, Equatable {
    /// Matches; the text is what was printed.
    case same(String)
    /// In the fence and not printed.
    case missing(String)
    /// Printed and not in the fence.
    case extra(String)
  }

  /// The fence and the output, interleaved.
  public let lines: [Line]

  /// Compares line by line: the longest common subsequence under the comparison's own rule stays, so a
  /// number within tolerance is not reported.
  public init(expected: String, actual: String, comparison: OutputComparison) {
    let wanted = OutputComparison.lines(of: expected)
    let got = OutputComparison.lines(of: actual)
    // A long output would make the table below quadratic in memory for no reader's benefit.
    guard wanted.count * got.count <= 4_000_000 else {
      lines = wanted.map { .missing(String($0)) } + got.map { .extra(String($0)) }
      return
    }
    let matches = wanted.map { line in got.map { comparison.lineMatches(expected: line, actual: $0) } }
    lines = Self.align(wanted, got, matches)
  }

  private static func align(_ wanted: [Substring], _ got: [Substring], _ matches: [[Bool]]) -> [Line] {
    var lengths = Array(repeating: Array(repeating: 0, count: got.count + 1), count: wanted.count + 1)
    for i in wanted.indices.reversed() {
      for j in got.indices.reversed() {
        lengths[i][j] = matches[i][j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
      }
    }
    var result: [Line] = []
    var (i, j) = (0, 0)
    while i < wanted.count || j < got.count {
      if i < wanted.count, j < got.count, matches[i][j] {
        result.append(.same(String(got[j])))
        (i, j) = (i + 1, j + 1)
      } else if i < wanted.count, j == got.count || lengths[i + 1][j] >= lengths[i][j + 1] {
        result.append(.missing(String(wanted[i])))
        i += 1
      } else {
        result.append(.extra(String(got[j])))
        j += 1
      }
    }
    return result
  }

  /// `-` lines of the fence, `+` lines that were printed, and up to two matching lines around them.
  public func rendered(style: TextStyle = .plain) -> String {
    let changed = lines.indices.filter { if case .same = lines[$0] { false } else { true } }
    var shown: [String] = []
    var previous = -1
    for index in lines.indices where changed.contains(where: { abs($0 - index) <= 2 }) {
      if index > previous + 1, previous >= 0 { shown.append("  …") }
      shown.append(rendered(lines[index], style))
      previous = index
    }
    return shown.joined(separator: "\n")
  }

  private func rendered(_ line: Line, _ style: TextStyle) -> String {
    switch line {
    case .same(let text): "    \(text)"
    case .missing(let text): style.apply(.red, "  - \(text)")
    case .extra(let text): style.apply(.green, "  + \(text)")
    }
  }
}
