import TesseraNet
import TesseraScript
import TesseraTensor

/// Functions that look at memory.
enum MemoryBuiltins {
  static var all: [Builtin] { [memory, compare, saved, ledger, assertPeak, card] }

  private static let memory = Builtin(
    "memory(label=\"memory\", keep_gradients=False)",
    "Records what happens to memory in a `with` block: peak, what was live then, what backward keeps, seconds.",
    details:
      "Attributes: peak, entry, peak_above_entry, saved, end_of_forward, recomputed, seconds, by_category, "
      + "by_layer, by_module, offloaded, largest_request, resident_peak (of the process), beside_ledger, "
      + "device_bytes (by the device's driver), allocator(…) (what PyTorch's "
      + "would have reserved). Sizes are bytes. keep_gradients keeps a copy of every gradient, and counts it.",
    example: """
      with memory("zeros") as m { x = zeros(1024) }
      print(m.peak_above_entry)
      """, output: "4096"
  ) { call in
    .host(
      MemoryReportObject(
        try call.string("label"), keepsGradients: try call.bool("keep_gradients"), call.context))
  }

  private static let compare = Builtin(
    "compare(*reports)", "Memory reports side by side, each against the first.",
    example: """
      with memory("small") as a { x = zeros(1024) }
      del x
      with memory("large") as b { x = zeros(2048) }
      print(compare(a, b).rows["peak above entry"])
      """, output: "[4096, 8192]"
  ) { call in
    let reports = try call.elements("reports").map { value in
      guard case .host(let object) = value, let report = object as? MemoryReportObject else {
        throw call.mismatch("reports", "memory reports")
      }
      return report
    }
    guard reports.count >= 2 else { throw call.mismatch("reports", "two reports or more") }
    for report in reports { _ = try report.report() }
    return .host(ComparisonObject(MemoryComparison(reports.compactMap(\.run))))
  }

  private static let saved = Builtin(
    "saved(net, *inputs)",
    "What backward would keep of a run: one row a tensor, with its op, layer and script line.",
    details:
      "Runs forward once, on shapes alone when the inputs are dry. net is a model, a layer or a function.",
    example: """
      x = ones(2, 3, requires_grad=True)
      for row in saved(fn(x) => x.exp(), x) { print(row.op, row.shape, row.bytes) }
      """, output: "exp (2, 3) 24"
  ) { call in
    let inputs = try call.elements("inputs")
    let result = try call.interpreter.call(call["net"], Arguments(inputs))
    guard let tensor = result.tensor else {
      throw ScriptError("saved(): the run must return a tensor, not \(result.typeName)", code: "E0403")
    }
    return .list(ListObject(tensor.savedForBackward().map { .map($0.scriptMap) }))
  }

  private static let ledger = Builtin(
    "ledger()", "Every live byte now: in all, by category, by layer, and the largest tensors.",
    details:
      "beside_total has what the program did not ask for: workspace, and a device's staging memory and pipelines.",
    example: """
      x = zeros(256)
      print(ledger().live)
      """, output: "1024"
  ) { call in .map(call.context.ledgerMap) }

  private static let assertPeak = Builtin(
    "assert_peak(report=None, *, below)",
    "Fails unless a report's peak, or the peak of a `with` block, stays below a size.",
    example: """
      with assert_peak(below="1 MiB") { x = zeros(1024) }
      print("ok")
      """, output: "ok"
  ) { call in
    guard let limit = try call.byteCount("below") else { throw call.mismatch("below", "a size") }
    if case .host(let object) = call["report"], let report = object as? MemoryReportObject {
      try check(try report.report().peakBytes, below: limit)
      return .none
    }
    guard call.isNone("report") else { throw call.mismatch("report", "a memory report") }
    let engine = call.engine
    return .host(
      ScopeObject("assert_peak") { _ in
        let recording = engine.beginRecording("assert_peak")
        return (
          .none,
          { error in
            let report = engine.endRecording(recording).report
            if error == nil { try check(report.peakBytes, below: limit) }
          }
        )
      })
  }

  private static let card = Builtin(
    "card(name)", "Makes this machine fail, and explain, like a GPU with the memory of a real card.",
    details: "Sets the budget to what the card leaves to tensors, from now on or for a `with` block. "
      + "card(…).verdict(report) says whether a report's run would fit.",
    example: """
      with card("8 GB") { print(ledger()["budget"] < 8 * 1024**3) }
      """, output: "True"
  ) { call in
    let name = try call.string("name")
    guard let card = Card.named(name) else {
      let near = nearestName(to: name, among: Card.names)
      throw ScriptError(
        "there is no card \"\(name)\"",
        help: near.map { "did you mean \"\($0)\"?" } ?? "known: \(Card.names.joined(separator: ", "))",
        code: "E0805")
    }
    let context = call.context
    return .host(
      try CardObject(card) { [unowned context] in
        context.setBudget(card.usableBytes, label: card.name)
      })
  }

  private static func check(_ peak: Int, below limit: Int) throws {
    guard peak >= limit else { return }
    throw ScriptError(
      "assert_peak: the peak was \(ByteText.text(peak)) (\(peak) B), not below \(ByteText.text(limit)) (\(limit) B)",
      help: "look at the report's by_module for what was live then", code: "E0814")
  }
}

/// What `compare` returns.
final class ComparisonObject: HostObject {
  let comparison: MemoryComparison

  init(_ comparison: MemoryComparison) { self.comparison = comparison }

  override var typeName: String { "comparison" }
  override var attributeNames: [String] { ["rows", "gradients", "differences", "peaks", "warnings"] }

  override func attribute(_ name: String) throws -> Value? {
    switch name {
    case "rows":
      .map(
        MapObject(
          named: comparison.rows.map { row in
            (row.name, .list(ListObject(row.values.map { Self.number($0, row.unit) })))
          }))
    case "gradients": .list(ListObject(comparison.gradients.map { .string($0.text) }))
    case "differences": .list(ListObject(comparison.gradients.map { $0.scriptValue }))
    case "peaks": .list(ListObject(comparison.peakSentences.map { .string($0) }))
    case "warnings": .list(ListObject(comparison.warnings.map { .string($0) }))
    default: nil
    }
  }

  private static func number(_ value: Double?, _ unit: MemoryComparison.Unit) -> Value {
    guard let value else { return .none }
    return unit == .seconds ? .float(value) : .int(Int(value))
  }

  override func describe() -> String { comparison.rendered() }
}

extension EngineContext {
  /// The ledger now, as a map.
  var ledgerMap: MapObject {
    let ledger = engine.ledger
    let byLayer = ledger.bytesByLayer.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return MapObject(named: [
      ("live", .int(ledger.liveBytes)), ("peak", .int(ledger.peakBytes)), ("saved", .int(ledger.savedBytes)),
      ("workspace", .int(ledger.workspaceBytes)),
      ("offloaded", .int(ledger.offloadedBytes)), ("budget", ledger.budget.map { .int($0) } ?? .none),
      (
        "by_category",
        .map(MapObject(named: ledger.liveCategories.map { ($0.category.name, .int($0.bytes)) }))
      ),
      ("beside_total", .map(MapObject(named: ledger.besideTotal.map { ($0.category.name, .int($0.bytes)) }))),
      ("by_layer", .map(MapObject(named: byLayer.map { ($0.key, .int($0.value)) }))),
      (
        "largest",
        .list(ListObject(ledger.largestHolders(10).map { .tuple([.string($0.name), .int($0.bytes)]) }))
      ),
    ])
  }
}

extension GradientAgreement {
  /// The largest difference of a value where it is known: 0 for equal bits.
  fileprivate var scriptValue: Value {
    switch self {
    case .equal: .float(0)
    case .largest(let difference, _): .float(difference)
    case .absent, .norms, .dry, .otherLeaves: .none
    }
  }
}

extension SavedTensor {
  /// The row as scripts read it.
  fileprivate var scriptMap: MapObject {
    MapObject(named: [
      ("shape", .tuple(spec.shape.extents.map { .int($0) })), ("dtype", .string(spec.dtype.rawValue)),
      ("bytes", .int(bytes)), ("op", .string(op)), ("layer", .string(layer)),
      ("line", mark.map { .string($0.description) } ?? .none), ("category", .string(category.name)),
    ])
  }
}
