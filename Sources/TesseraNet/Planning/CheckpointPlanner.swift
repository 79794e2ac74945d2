import TesseraTensor

/// Chooses what a network recomputes: the least time whose peak stays within a budget.
///
/// A few dry steps give the model of ``StepModel``; what it proposes is simulated exactly, and proposed again with less
/// room until the simulation fits. Then every choice that the exact peak can spare is taken back.
public final class CheckpointPlanner {
  private let trial: StepTrial
  let units: [PlanUnit]
  private let isMeasured: Bool
  private let model: StepModel
  /// What is live during a step and not made by it.
  private let resting: Int
  private var peaks: [[Int]: Int] = [:]

  /// How often a proposal may prove too large before the smallest combination is tried.
  private static let proposals = 12

  /// Traces a step.
  ///
  /// - Parameters:
  ///   - trial: the step.
  ///   - prices: what ops cost.
  ///   - reserved: bytes that will be live during steps and are not yet, such as an optimizer's moments.
  public init(_ trial: StepTrial, prices: OpPrices = .nominal, reserved: Int = 0) throws {
    let units = trial.network.planUnits
    self.trial = trial
    self.units = units
    isMeasured = prices.isMeasured
    let ledger = trial.network.engine.ledger
    resting = reserved + trial.withoutGradientsOfParameters { ledger.liveBytes }
    let depth = units.map(\.choices.count).max() ?? 1
    model = try trial.network.keepingRecompute {
      StepModel(
        try (0..<depth).map { choice in
          try StepTrace(
            trial, units, choices: units.map { $0.choices[min(choice, $0.choices.count - 1)] },
            prices: prices)
        }, choiceCounts: units.map(\.choices.count))
    }
  }

  /// The plan that costs least time among those that stay within `budget` bytes.
  ///
  /// - Throws: when no combination stays within it; the error names the lowest peak that one reaches.
  public func plan(budget: Int) throws -> CheckpointPlan {
    var room = budget - resting
    for _ in 0..<Self.proposals {
      guard let solution = model.cheapest(within: room) else { break }
      let choices = combination(solution)
      let peak = try self.peak(choices)
      if peak <= budget { return try plan(spared(choices, within: budget), budget: budget) }
      room = min(room, solution.peak) - (peak - budget)
    }
    let (choices, smallest) = try self.smallest()
    guard smallest <= budget else {
      throw TensorError.budgetOutOfReach(budget: budget, smallest: smallest)
    }
    return try plan(spared(choices, within: budget), budget: budget)
  }

  /// The curve of peak against time: from the plan that keeps everything to the one that holds least, about `points` of
  /// them, each simulated, each lower and slower than the one before.
  public func frontier(points: Int) throws -> [CheckpointPlan] {
    let ends = model.frontier(step: 1 << 20)
    guard let first = ends.first, let last = ends.last else { return [] }
    let step = (first.peak - last.peak) / max(1, points)
    var plans: [CheckpointPlan] = []
    for solution in model.frontier(step: step) + [last] {
      let next = try plan(combination(solution), budget: nil)
      if let before = plans.last, next.peakBytes >= before.peakBytes { continue }
      plans.append(next)
    }
    return plans
  }

  private func plan(_ choices: [Int], budget: Int?) throws -> CheckpointPlan {
    CheckpointPlan(
      choices: units.indices.filter { choices[$0] > 0 }.map {
        .init(
          path: units[$0].path, recompute: units[$0].choices[choices[$0]], seconds: seconds($0, choices[$0]))
      }, peakBytes: try peak(choices), budget: budget, isMeasured: isMeasured)
  }

  /// One number a unit: its choice.
  private func combination(_ solution: StepModel.Solution) -> [Int] {
    units.indices.map { solution.choices[$0] ?? 0 }
  }

  func seconds(_ unit: Int, _ choice: Int) -> Double {
    model.stages.first { $0.unit == unit }?.options[choice].seconds ?? 0
  }

  /// The exact peak of a combination.
  func peak(_ choices: [Int]) throws -> Int {
    if let known = peaks[choices] { return known }
    let peak = try trial.network.keepingRecompute {
      for (unit, choice) in zip(units, choices) { unit.layer.recompute = unit.choices[choice] }
      return resting + (try trial.peak())
    }
    peaks[choices] = peak
    return peak
  }

  /// The combination with the lowest exact peak among the last of the model's curve.
  private func smallest() throws -> (choices: [Int], peak: Int) {
    let candidates = model.frontier(step: 1 << 20).suffix(4).map(combination)
    var best = (choices: units.map { _ in 0 }, peak: try peak(units.map { _ in 0 }))
    for choices in candidates {
      let peak = try peak(choices)
      if peak < best.peak { best = (choices, peak) }
    }
    return best
  }

  /// The combination without what its exact peak can spare, the dearest choices first.
  private func spared(_ choices: [Int], within budget: Int) throws -> [Int] {
    var choices = choices
    let dearest = units.indices.filter { choices[$0] > 0 }.sorted {
      (seconds($0, choices[$0]), $1) > (seconds($1, choices[$1]), $0)
    }
    for unit in dearest {
      for cheaper in 0..<choices[unit] {
        var trial = choices
        trial[unit] = cheaper
        if try peak(trial) <= budget {
          choices = trial
          break
        }
      }
    }
    return choices
  }
}

extension Layer {
  /// Runs `body`, from nothing recomputed, and restores what was recomputed before.
  func keepingRecompute<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = namedLayers.map { ($0.layer, $0.layer.recompute) }
    for (layer, _) in before { layer.recompute = .never }
    defer { for (layer, recompute) in before { layer.recompute = recompute } }
    return try body()
  }
}
