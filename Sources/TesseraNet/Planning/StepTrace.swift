import TesseraTensor

/// A layer that a planner decides about.
struct PlanUnit {
  /// Its path.
  let path: String
  let layer: Layer
  /// What it may do; the first keeps everything.
  let choices: [Layer.Recompute]
}

extension Layer {
  /// The layers a planner decides about, none inside another; never the network itself, whose values are the step's.
  var planUnits: [PlanUnit] {
    children.flatMap { name, child -> [PlanUnit] in
      let choices = child.recomputeChoices
      if !choices.isEmpty { return [PlanUnit(path: name, layer: child, choices: [.never] + choices)] }
      return child.planUnits.map {
        PlanUnit(path: "\(name).\($0.path)", layer: $0.layer, choices: $0.choices)
      }
    }
  }
}

/// A stretch of a dry step during which one unit ran, or nothing that a planner decides about.
struct StepPhase {
  /// The unit's number; nil between units.
  let unit: Int?
  let isBackward: Bool
  /// The most that was live, above what was live at its start.
  var rise = 0
  /// What is live at its end, above its start.
  var change = 0
  /// What its ops cost.
  var seconds = 0.0
}

/// A dry step cut at the borders of its units.
struct StepTrace {
  private(set) var phases: [StepPhase] = []

  /// Runs the step once, every unit as its choice says.
  init(_ trial: StepTrial, _ units: [PlanUnit], choices: [Layer.Recompute], prices: OpPrices) throws {
    let engine = trial.network.engine
    let watch = PhaseWatch(engine, units: units.map(\.path), prices: prices)
    for (unit, choice) in zip(units, choices) { unit.layer.recompute = choice }
    defer { for unit in units { unit.layer.recompute = .never } }
    try trial.run(observer: watch.observe, turn: watch.turn)
    phases = watch.finish()
  }
}

/// Attributes what a dry step does to the unit whose layer runs.
///
/// In backward that is the layer whose gradient is computed: whatever it makes again is its own doing. An op outside
/// every layer, such as a sum of gradients, belongs to what ran before it.
private final class PhaseWatch {
  private let engine: Engine
  private let units: [String]
  private let prices: OpPrices
  private let outside: String
  private var unitsByPath: [String: Int?] = [:]
  private var phases: [StepPhase] = []
  private var current = StepPhase(unit: nil, isBackward: false)
  private var start: Int?

  init(_ engine: Engine, units: [String], prices: OpPrices) {
    self.engine = engine
    self.prices = prices
    outside = engine.layerPath
    self.units = units.map { engine.layerPath.isEmpty ? $0 : "\(engine.layerPath).\($0)" }
  }

  func observe(_ op: any Op, _ inputs: [TensorSpec], _ results: [TensorSpec]) {
    if start == nil { begin(current) }
    let path = engine.layerPath
    if path != outside {
      let unit = unit(at: path)
      if unit != current.unit { begin(StepPhase(unit: unit, isBackward: current.isBackward)) }
    }
    current.seconds += prices.seconds(of: OpRun(op: op, inputs: inputs, results: results, layer: path))
  }

  func turn() { begin(StepPhase(unit: nil, isBackward: true)) }

  func finish() -> [StepPhase] {
    close()
    return phases
  }

  private func begin(_ next: StepPhase) {
    close()
    current = next
    start = engine.ledger.liveBytes
  }

  private func close() {
    let peak = engine.ledger.takePeak()
    guard let start else { return }
    current.rise = peak - start
    current.change = engine.ledger.liveBytes - start
    phases.append(current)
  }

  private func unit(at path: String) -> Int? {
    if let known = unitsByPath[path] { return known }
    let unit = units.firstIndex { path == $0 || path.hasPrefix($0 + ".") }
    unitsByPath[path] = unit
    return unit
  }
}
