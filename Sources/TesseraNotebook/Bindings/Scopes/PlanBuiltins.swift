import TesseraNet
import TesseraScript
import TesseraTensor

/// Functions that choose what a network recomputes.
enum PlanBuiltins {
  static var all: [Builtin] { [plan, frontier] }

  private static let plan = Builtin(
    "plan(net, x, *, budget=None, loss=None, optimizer=None, update_in_backward=False)",
    "Chooses what net recomputes: the least time whose peak stays within budget, for net.checkpoint.",
    details:
      "The peak is that of a whole training step, simulated byte for byte: what lives between steps, the pass over x, "
      + "loss(net(x)) where a loss is given, and the gradients. optimizer counts moments that are not made yet; with "
      + "update_in_backward gradients go as in backward(update=optimizer). The default budget is the one in force. "
      + "Seconds come from kernels measured on a corner of x. Attributes: peak, budget, seconds, rows (layer, "
      + "recompute, seconds).",
    example: """
      block = fn() => Sequential(Linear(8, 64), GELU(), Linear(64, 8))
      net = Sequential(block(), block(), block())
      net.checkpoint = plan(net, ones(100, 8), budget="160 KiB")
      print([row.layer for row in net.checkpoint.rows], net.checkpoint.peak)
      """, output: "['0'] 159232"
  ) { call in
    guard let budget = try call.byteCount("budget") ?? call.engine.ledger.budget else {
      throw ScriptError(
        "plan() needs a budget: none is given and none is in force",
        help: "plan(net, x, budget=\"2 GiB\"), or `with budget(\"2 GiB\") { … }` around it", code: "E0403")
    }
    return .host(PlanObject(try call.planner().plan(budget: budget)))
  }

  private static let frontier = Builtin(
    "frontier(net, x, *, points=8, measure=False, loss=None, optimizer=None, update_in_backward=False)",
    "The curve of peak against time: plans from the one that keeps everything to the one that holds least.",
    details:
      "Each row has plan, peak, extra (seconds that recomputing should cost) and, with measure, seconds and "
      + "measured_peak of a real step under it. measure runs every plan twice.",
    example: """
      block = fn() => Sequential(Linear(8, 64), GELU(), Linear(64, 8))
      net = Sequential(block(), block(), block())
      print([row.peak for row in frontier(net, ones(100, 8)).rows])
      """, output: "[210432, 159232, 113600]"
  ) { call in
    let plans = try call.planner().frontier(points: call.int("points"))
    guard try call.bool("measure") else { return .host(FrontierObject(plans.map { ($0, nil) })) }
    let trial = try call.trial()
    return .host(FrontierObject(try plans.map { ($0, try trial.report(under: $0)) }))
  }
}

/// What `plan` returns.
final class PlanObject: HostObject {
  let plan: CheckpointPlan

  init(_ plan: CheckpointPlan) { self.plan = plan }

  override var typeName: String { "plan" }
  override var attributeNames: [String] { ["peak", "budget", "seconds", "rows"] }

  override func attribute(_ name: String) throws -> Value? {
    switch name {
    case "peak": .int(plan.peakBytes)
    case "budget": plan.budget.map { Value.int($0) } ?? Value.none
    case "seconds": plan.isMeasured ? .float(plan.seconds) : Value.none
    case "rows":
      .list(
        ListObject(
          plan.choices.map { choice in
            .map(
              MapObject(named: [
                ("layer", .string(choice.path)), ("recompute", .string(choice.recompute.name)),
                ("seconds", plan.isMeasured ? .float(choice.seconds) : .none),
              ]))
          }))
    default: nil
    }
  }

  override func describe() -> String { plan.description }
}

/// What `frontier` returns.
final class FrontierObject: HostObject {
  /// Each plan, with the report of a real step under it where one was asked for.
  private let points: [(plan: CheckpointPlan, report: MemoryReport?)]

  init(_ points: [(CheckpointPlan, MemoryReport?)]) { self.points = points }

  override var typeName: String { "frontier" }
  override var attributeNames: [String] { ["rows"] }

  override func attribute(_ name: String) throws -> Value? {
    guard name == "rows" else { return nil }
    return .list(ListObject(points.map { .map(Self.row($0, $1)) }))
  }

  override func length() throws -> Int? { points.count }

  private static func row(_ plan: CheckpointPlan, _ report: MemoryReport?) -> MapObject {
    MapObject(named: [
      ("plan", .host(PlanObject(plan))), ("peak", .int(plan.peakBytes)),
      ("extra", plan.isMeasured ? .float(plan.seconds) : .none),
      ("seconds", report.map { .float($0.seconds) } ?? .none),
      ("measured_peak", report.map { .int($0.peakBytes) } ?? .none),
    ])
  }

  override func describe() -> String {
    let isMeasured = points.contains { $0.report != nil }
    let rows = points.map { plan, report in
      [
        ByteText.text(plan.peakBytes), plan.isMeasured ? "+" + ByteCount.milliseconds(plan.seconds) : "",
        "\(plan.choices.count)",
      ]
        + (report.map { [ByteText.text($0.peakBytes), ByteCount.milliseconds($0.seconds)] } ?? [])
    }
    let header = ["peak", "extra time", "layers"] + (isMeasured ? ["measured peak", "step"] : [])
    return Table(header: header, rows: rows).rendered()
  }
}

extension Call {
  /// The step that the arguments describe.
  fileprivate func trial() throws -> StepTrial {
    let updating = try bool("update_in_backward") ? try optimizer("optimizer") : nil
    return StepTrial(try layer("net"), updating: updating) { try forward() }
  }

  /// A planner of that step.
  fileprivate func planner() throws -> CheckpointPlanner {
    let (trial, input) = try (trial(), tensor("x"))
    let reserved = isNone("optimizer") ? 0 : try optimizer("optimizer").missingStateBytes
    return try CheckpointPlanner(
      trial, prices: .measured(trial.network, input: input), reserved: reserved)
  }

  /// The network's output, or the loss of it.
  private func forward() throws -> Tensor {
    let output = try interpreter.call(self["net"], Arguments([self["x"]]))
    let end = isNone("loss") ? output : try interpreter.call(self["loss"], Arguments([output]))
    guard let tensor = end.tensor else {
      throw mismatch(isNone("loss") ? "net" : "loss", "a function that returns a tensor")
    }
    return tensor
  }
}
