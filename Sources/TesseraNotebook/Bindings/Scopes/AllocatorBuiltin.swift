import TesseraScript
import TesseraTensor

extension MemoryBuiltins {
  /// A report's `allocator(…)`: PyTorch's caching allocator, given the requests of the recording.
  static let allocator = Builtin(
    "allocator(report, expandable_segments=False, limit=None)",
    "What PyTorch's caching allocator would have reserved for the same requests.",
    details:
      "A map: allocated, reserved and largest_free at the moment of most allocated bytes; peak_reserved; and "
      + "failure, None or a map of the first request that a limit refused (bytes, allocated, reserved, "
      + "largest_free, and free, the sum of what was reserved and not allocated). It models one stream and starts "
      + "with what was live when the recording began.",
    example: """
      with memory("two") as m { x = zeros(3 * 1024**2); y = zeros(1024) }
      print(m.allocator())
      """,
    output:
      "{'allocated': 12587008, 'reserved': 14680064, 'largest_free': 2093056, 'peak_reserved': 14680064, 'failure': None}"
  ) { call in
    guard case .host(let object) = call["report"], let report = object as? MemoryReportObject else {
      throw call.mismatch("report", "a memory report")
    }
    let replay = AllocatorReplay(
      try report.report().timeline, mode: try call.bool("expandable_segments") ? .expandable : .segments,
      limit: try call.byteCount("limit"))
    return .map(replay.scriptMap)
  }
}

extension AllocatorReplay {
  fileprivate var scriptMap: MapObject {
    let fullest = samples.max { $0.allocated < $1.allocated }
    return MapObject(named: [
      ("allocated", .int(fullest?.allocated ?? peakAllocated)),
      ("reserved", .int(fullest?.reserved ?? peakReserved)),
      ("largest_free", .int(fullest?.largestFreeBlock ?? 0)),
      ("peak_reserved", .int(peakReserved)),
      ("failure", failure.map { .map($0.scriptMap) } ?? .none),
    ])
  }
}

extension AllocatorReplay.Failure {
  fileprivate var scriptMap: MapObject {
    MapObject(named: [
      ("bytes", .int(bytes)), ("allocated", .int(sample.allocated)), ("reserved", .int(sample.reserved)),
      ("free", .int(sample.reserved - sample.allocated)), ("largest_free", .int(sample.largestFreeBlock)),
    ])
  }
}
