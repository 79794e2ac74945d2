import TesseraTensor

/// Recordings as a trace that `chrome://tracing` and Perfetto open: a counter track a category, a slice a phase.
public struct MemoryTrace: Sendable {
  private let reports: [MemoryReport]

  /// A trace of one run or several, each a process of its own.
  public init(_ reports: [MemoryReport]) { self.reports = reports }

  /// The trace in the JSON object format; times are microseconds since each run's start and never run backwards.
  public var text: String {
    JSONValue.object([
      ("traceEvents", .array(reports.enumerated().flatMap { events($1, process: $0 + 1) })),
      ("displayTimeUnit", .string("ms")),
    ]).text
  }

  private func events(_ report: MemoryReport, process: Int) -> [JSONValue] {
    let name = JSONValue.object([
      ("name", .string("process_name")), ("ph", .string("M")), ("pid", .integer(process)),
      ("args", .object([("name", .string(report.label))])),
    ])
    let timed = slices(report, process) + counters(report, process)
    // By time and, for one counter's values at one time, in the order in which they came.
    let ordered = timed.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    return [name] + ordered.map(\.element.event)
  }

  private func slices(_ report: MemoryReport, _ process: Int) -> [(time: UInt64, event: JSONValue)] {
    report.timeline.spans.filter { !$0.time.isEmpty }.map { span in
      let event = JSONValue.object([
        ("name", .string(span.phase.name)), ("cat", .string("phase")), ("ph", .string("X")),
        ("ts", .number(Double(span.time.lowerBound) / 1000)),
        ("dur", .number(Double(span.time.upperBound - span.time.lowerBound) / 1000)),
        ("pid", .integer(process)), ("tid", .integer(1)),
      ])
      return (span.time.lowerBound, event)
    }
  }

  /// One event a change of a category; the total has a track of its own, as the viewers do not add up.
  private func counters(_ report: MemoryReport, _ process: Int) -> [(time: UInt64, event: JSONValue)] {
    let timeline = report.timeline
    var last: CategoryBytes?
    var events: [(time: UInt64, event: JSONValue)] = []
    func note(_ bytes: CategoryBytes, at time: UInt64) {
      for category in MemoryCategory.allCases where bytes[category] != last?[category] ?? 0 {
        events.append((time, counter(category.name, bytes[category], time, process)))
      }
      if bytes.total != last?.total { events.append((time, counter("total", bytes.total, time, process))) }
      last = bytes
    }
    note(timeline.startBytes, at: 0)
    timeline.replay { index, bytes in note(bytes, at: timeline.events[index].time) }
    return events
  }

  private func counter(_ name: String, _ bytes: Int, _ time: UInt64, _ process: Int) -> JSONValue {
    .object([
      ("name", .string(name)), ("cat", .string("memory")), ("ph", .string("C")),
      ("ts", .number(Double(time) / 1000)), ("pid", .integer(process)),
      ("args", .object([("bytes", .integer(bytes))])),
    ])
  }
}
