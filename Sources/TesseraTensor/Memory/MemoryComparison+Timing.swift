/// Seconds of several policies, measured in rounds in which each ran once, so that a slow minute hits all of them.
public struct PolicyTiming: Sendable {
  /// One policy's seconds.
  public struct Policy: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The middle of its rounds.
    public let median: Double
    /// Its fastest and slowest round.
    public let range: ClosedRange<Double>
    /// Its median as a multiple of the first policy's; nil where that is 0.
    public let ratio: Double?
    /// Whether its range and the first policy's do not overlap; nil for the first itself.
    public let isDistinguishable: Bool?
  }

  /// The policies in the order of their names.
  public let policies: [Policy]
  /// How many rounds were measured.
  public let rounds: Int

  /// Sums up rounds; each lists one number of seconds a name, and others are left out.
  public init(names: [String], rounds: [[Double]]) {
    let complete = rounds.filter { $0.count == names.count }
    self.rounds = complete.count
    guard !complete.isEmpty else {
      policies = []
      return
    }
    let columns = names.indices.map { index in complete.map { $0[index] }.sorted() }
    let first = (median: Self.median(columns.first ?? []), range: Self.range(columns.first ?? []))
    policies = zip(names, columns).enumerated().map { index, column in
      let (median, range) = (Self.median(column.1), Self.range(column.1))
      return Policy(
        name: column.0, median: median, range: range, ratio: first.median == 0 ? nil : median / first.median,
        isDistinguishable: index == 0 ? nil : !range.overlaps(first.range))
    }
  }

  /// Runs every body once unmeasured and then `rounds` times in turn.
  public static func measure(
    rounds: Int, _ bodies: [(name: String, body: () throws -> Void)]
  ) throws -> PolicyTiming {
    for (_, body) in bodies { try body() }
    let seconds = try (0..<max(0, rounds)).map { _ in
      try bodies.map { _, body in
        let start = Clock.nanoseconds()
        try body()
        return Clock.seconds(since: start)
      }
    }
    return PolicyTiming(names: bodies.map(\.name), rounds: seconds)
  }

  private static func median(_ sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private static func range(_ sorted: [Double]) -> ClosedRange<Double> {
    (sorted.first ?? 0)...(sorted.last ?? 0)
  }
}

extension PolicyTiming.Policy {
  /// `1.20 s (1.18–1.25), 1.14×`, and whether that can be told from the first policy.
  public var text: String {
    let numbers =
      "\(ByteCount.fixed(median, digits: 2)) s (\(ByteCount.fixed(range.lowerBound, digits: 2))–"
      + "\(ByteCount.fixed(range.upperBound, digits: 2)))"
    guard let ratio, let isDistinguishable else { return numbers }
    return "\(numbers), \(ByteCount.fixed(ratio, digits: 2))×"
      + (isDistinguishable ? "" : ", not distinguishable here")
  }
}
