import TesseraTensor

/// Where a program's time goes: its kernels by name, against what the machine could do.
public struct OpProfile: Sendable {
  /// The runs of one op.
  public struct Row: Sendable {
    /// Its name.
    public let name: String
    /// How often it ran.
    public internal(set) var calls = 0
    /// Seconds in all.
    public internal(set) var seconds = 0.0
    /// Operations in all.
    public internal(set) var flops = 0
    /// Bytes of inputs and results in all.
    public internal(set) var bytes = 0
    /// The seconds that the roofline allows.
    public internal(set) var least = 0.0
  }

  /// Ops by time, the longest first.
  public let rows: [Row]
  /// Seconds of everything, what is between kernels included.
  public let seconds: Double

  /// Sums up the runs of a program that took `seconds`.
  public init(_ runs: [OpRun], seconds: Double, roofline: Roofline) {
    var rows: [String: Row] = [:]
    for run in runs {
      var row = rows[run.name] ?? Row(name: run.name)
      row.calls += 1
      row.seconds += Double(run.nanoseconds) * 1e-9
      row.flops += run.flops
      row.bytes += run.bytes
      row.least += roofline.seconds(of: run)
      rows[run.name] = row
    }
    self.rows = rows.values.sorted { ($0.seconds, $1.name) > ($1.seconds, $0.name) }
    self.seconds = seconds
  }

  /// Runs `body` and profiles it.
  public init(_ engine: Engine, roofline: Roofline, _ body: () throws -> Void) throws {
    var runs: [OpRun] = []
    let before = engine.opTimer
    engine.opTimer = { runs.append($0) }
    defer { engine.opTimer = before }
    let start = Clock.nanoseconds()
    try body()
    self.init(runs, seconds: Clock.seconds(since: start), roofline: roofline)
  }

  /// Seconds that no kernel ran: the graph, the ledger, memory.
  public var between: Double { max(0, seconds - rows.map(\.seconds).reduce(0, +)) }

  /// The ops that take most of the time, then the rest in one line, then what is between kernels.
  public func table(limit: Int = 16) -> Table {
    let rest = rows.dropFirst(limit).reduce(into: Row(name: "\(max(0, rows.count - limit)) others")) {
      sum, row in
      sum.calls += row.calls
      sum.seconds += row.seconds
      sum.flops += row.flops
      sum.bytes += row.bytes
      sum.least += row.least
    }
    let shown = rows.prefix(limit) + (rest.calls > 0 ? [rest] : [])
    return Table(
      header: ["op", "calls", "time", "share", "GFLOP/s", "GB/s", "of roofline"],
      rows: shown.map(cells) + [["between kernels", "", ByteCount.seconds(between), share(between)]])
  }

  private func cells(_ row: Row) -> [String] {
    [
      row.name, "\(row.calls)", ByteCount.seconds(row.seconds), share(row.seconds),
      ByteCount.fixed(Double(row.flops) / row.seconds * 1e-9, digits: 1),
      ByteCount.fixed(Double(row.bytes) / row.seconds * 1e-9, digits: 1),
      "\(ByteCount.fixed(100 * row.least / row.seconds, digits: 0)) %",
    ]
  }

  private func share(_ part: Double) -> String { "\(ByteCount.fixed(100 * part / seconds, digits: 1)) %" }

  /// The rows, for other programs.
  var json: JSONValue {
    .array(
      rows.map { row in
        .object([
          ("op", .string(row.name)), ("calls", .integer(row.calls)), ("seconds", .number(row.seconds)),
          ("flops", .integer(row.flops)), ("bytes", .integer(row.bytes)),
          ("leastSeconds", .number(row.least)),
        ])
      })
  }
}
