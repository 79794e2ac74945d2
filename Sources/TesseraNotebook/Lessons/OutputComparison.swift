/// Whether what a cell printed is what its output fence says.
///
/// Text compares character by character with runs of blanks as one; integers and sizes exactly; other numbers
/// within the fence's ``NumberPrecision``; durations and device names match any other. `…` is a wildcard.
public struct OutputComparison: Sendable {
  /// How numbers with a fraction or an exponent compare.
  public let precision: NumberPrecision

  /// A comparison with the given closeness of numbers.
  public init(precision: NumberPrecision = .standard) {
    self.precision = precision
  }

  /// Whether the whole output matches; blank lines at either end do not count.
  public func matches(expected: String, actual: String) -> Bool {
    let wanted = Self.lines(of: expected)
    let got = Self.lines(of: actual)
    return globMatch(wanted, got, isWildcard: isAnyLines, matches: lineMatches)
  }

  /// Whether one line matches.
  public func lineMatches(expected: Substring, actual: Substring) -> Bool {
    let wanted = OutputScanner.elements(of: expected, isExpected: true)
    let got = OutputScanner.elements(of: actual, isExpected: false)
    return globMatch(wanted, got, isWildcard: { $0 == .wildcard }, matches: elementMatches)
  }

  /// The lines of an output without blank ones at either end.
  static func lines(of text: String) -> [Substring] {
    let isBlank: (Substring) -> Bool = { $0.allSatisfy(\.isWhitespace) }
    var lines = text.lessonLines[...]
    while let last = lines.last, isBlank(last) { lines.removeLast() }
    return Array(lines.drop(while: isBlank))
  }

  /// Whether an expected line stands for any number of lines.
  func isAnyLines(_ line: Substring) -> Bool { line.trimmingBlanks == "…" }

  private func elementMatches(_ expected: OutputElement, _ actual: OutputElement) -> Bool {
    switch (expected, actual) {
    case (.decimal(let wanted, let wantedText), .decimal(let got, let gotText)):
      wantedText == gotText || isClose(wanted, got)
    default: expected == actual
    }
  }

  private func isClose(_ wanted: Double, _ got: Double) -> Bool {
    switch precision {
    case .exact: false
    case .relative(let tolerance): abs(wanted - got) <= tolerance * max(abs(wanted), abs(got))
    }
  }
}

/// Matches a pattern with wildcards against a sequence.
///
/// The usual two-finger walk: it remembers the last wildcard and, on a mismatch, lets it swallow one item more.
/// O(pattern × items) at worst.
func globMatch<Item>(
  _ pattern: [Item], _ items: [Item], isWildcard: (Item) -> Bool, matches: (Item, Item) -> Bool
) -> Bool {
  var (p, i) = (0, 0)
  var resume: (pattern: Int, item: Int)?
  while i < items.count {
    if p < pattern.count, isWildcard(pattern[p]) {
      resume = (p + 1, i)
      p += 1
    } else if p < pattern.count, matches(pattern[p], items[i]) {
      (p, i) = (p + 1, i + 1)
    } else if let last = resume {
      resume = (last.pattern, last.item + 1)
      (p, i) = (last.pattern, last.item + 1)
    } else {
      return false
    }
  }
  return pattern[p...].allSatisfy(isWildcard)
}
