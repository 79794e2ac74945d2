import TesseraTensor

/// The peak of a step as a sum over its units, from a few dry steps: what a planner searches before it simulates.
///
/// Every unit adds what it keeps to what is live until its own turn in backward comes. A choice therefore moves two
/// limits, one at the unit's forward pass and one at its backward pass, and shifts all that come between: the peak of a
/// combination is a maximum of sums, and the cheapest combination under a budget is found exactly by a walk over the
/// units that forgets every state which another beats in bytes and in time.
struct StepModel {
  struct Option {
    /// What stays live from its forward pass to its backward pass.
    let kept: Int
    /// The most above what was live before: during its forward pass, and during its backward pass.
    let forward: Int
    let backward: Int
    /// What computing again costs.
    let seconds: Double
  }

  struct Stage {
    /// The unit's number; nil where there is nothing to choose.
    let unit: Int?
    let options: [Option]
    /// The most that ops outside units hold in backward while the stages up to this one still wait, above what these
    /// keep.
    var between = 0
  }

  /// A combination that the model found.
  struct Solution {
    /// The number of each unit's choice.
    let choices: [Int: Int]
    let peak: Int
    let seconds: Double
  }

  private(set) var stages: [Stage] = []

  /// Reads traces of the same step; in trace k every unit takes its k-th choice, or its last.
  ///
  /// A trace whose phases are not those of the first one says nothing about its choice, which is then not offered.
  init(_ traces: [StepTrace], choiceCounts: [Int]) {
    guard let plain = traces.first?.phases else { return }
    let runs = traces.map(\.phases).prefix { run in
      run.map(\.unit) == plain.map(\.unit) && run.map(\.isBackward) == plain.map(\.isBackward)
    }
    let turn = plain.firstIndex(where: \.isBackward) ?? plain.count
    let timeline = Timeline(runs: Array(runs), turn: turn)
    for index in 0..<turn {
      let unit = plain[index].unit.flatMap { timeline.canChoose($0) ? $0 : nil }
      let count = unit.map { min(choiceCounts[$0], runs.count) } ?? 1
      stages.append(
        Stage(unit: unit, options: (0..<count).map { timeline.option(index, unit: unit, choice: $0) }))
    }
    for (index, bytes) in timeline.between { stages[index].between = max(stages[index].between, bytes) }
  }
}

/// The phases of several runs of one step, side by side.
private struct Timeline {
  let runs: [[StepPhase]]
  /// Where backward begins.
  let turn: Int
  /// What was live before each phase of the plain run, above the start.
  private let starts: [Int]

  init(runs: [[StepPhase]], turn: Int) {
    self.runs = runs
    self.turn = turn
    starts = runs[0].reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.change) }
  }

  private var plain: [StepPhase] { runs[0] }

  private func forwardPhases(of unit: Int) -> [Int] { (0..<turn).filter { plain[$0].unit == unit } }

  /// The phases from the first to the last of a unit's backward pass.
  private func backwardPhases(of unit: Int) -> Range<Int> {
    let own = (turn..<plain.count).filter { plain[$0].unit == unit }
    return own.isEmpty ? 0..<0 : own[0]..<own[own.count - 1] + 1
  }

  /// Whether a unit runs once each way, with no other in between.
  func canChoose(_ unit: Int) -> Bool {
    forwardPhases(of: unit).count == 1
      && backwardPhases(of: unit).allSatisfy { plain[$0].unit == nil || plain[$0].unit == unit }
  }

  func option(_ index: Int, unit: Int?, choice: Int) -> StepModel.Option {
    let run = runs[choice]
    let backward = unit.map(backwardPhases) ?? 0..<0
    // Above what the units before this one keep, which no choice of this one changes.
    var live = (backward.first.map { starts[$0] - starts[index + 1] } ?? 0) + run[index].change
    var most = live
    for phase in backward {
      most = max(most, live + run[phase].rise)
      live += run[phase].change
    }
    let seconds = backward.map { run[$0].seconds - plain[$0].seconds }.reduce(0, +)
    return StepModel.Option(
      kept: run[index].change, forward: run[index].rise, backward: most, seconds: max(0, seconds))
  }

  /// For each backward phase that no chosen unit covers: the stage up to which all still wait, and its bytes above what
  /// these keep.
  var between: [(stage: Int, bytes: Int)] {
    (turn..<plain.count).compactMap { phase in
      if let unit = plain[phase].unit, canChoose(unit) { return nil }
      let next = plain[phase...].lazy.compactMap(\.unit).first { canChoose($0) }
      let stage = next.flatMap { forwardPhases(of: $0).first } ?? 0
      guard turn > 0 else { return nil }
      return (stage, starts[phase] - starts[stage + 1] + plain[phase].rise)
    }
  }
}

extension StepModel {
  private struct State {
    let live: Int
    let seconds: Double
    let peak: Int
    /// Where its history is, in `steps`.
    let last: Int
  }
  private struct Step {
    let before: Int
    let unit: Int?
    let choice: Int
  }

  /// The cheapest combination whose peak stays within `budget`; nil when there is none.
  func cheapest(within budget: Int) -> Solution? {
    var steps: [Step] = []
    var states = [State(live: 0, seconds: 0, peak: 0, last: -1)]
    for stage in stages {
      var next: [State] = []
      for state in states {
        for (choice, option) in stage.options.enumerated() {
          let live = state.live + option.kept
          let peak = max(
            state.peak, state.live + option.forward, state.live + option.backward, live + stage.between)
          guard peak <= budget else { continue }
          steps.append(Step(before: state.last, unit: stage.unit, choice: choice))
          next.append(
            State(
              live: live, seconds: state.seconds + option.seconds, peak: peak, last: steps.count - 1))
        }
      }
      states = Self.unbeaten(next)
    }
    guard let best = states.min(by: { ($0.seconds, $0.peak) < ($1.seconds, $1.peak) }) else { return nil }
    return Solution(choices: Self.choices(steps, best.last), peak: best.peak, seconds: best.seconds)
  }

  /// States by time that hold less than every cheaper one.
  private static func unbeaten(_ states: [State]) -> [State] {
    var least = Int.max
    return states.sorted { ($0.seconds, $0.live, $0.peak) < ($1.seconds, $1.live, $1.peak) }.filter { state in
      guard state.live < least else { return false }
      least = state.live
      return true
    }
  }

  private static func choices(_ steps: [Step], _ last: Int) -> [Int: Int] {
    var result: [Int: Int] = [:]
    var index = last
    while index >= 0 {
      if let unit = steps[index].unit { result[unit] = steps[index].choice }
      index = steps[index].before
    }
    return result
  }

  /// The combinations from the one that keeps everything down to the one that holds least, each the cheapest for its
  /// peak and lower than the one before by `step` at least.
  func frontier(step: Int) -> [Solution] {
    var solutions: [Solution] = []
    var budget = Int.max
    while let solution = cheapest(within: budget) {
      solutions.append(solution)
      budget = solution.peak - max(1, step)
    }
    return solutions
  }
}
