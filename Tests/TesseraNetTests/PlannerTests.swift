import TesseraTensor
import TestNetworks
import Testing

@testable import TesseraNet

/// Blocks of two maps with a wide value between, one after the other.
private final class Chain: Layer {
  private final class Block: Layer {
    private let layers: [TesseraNet.Linear]

    init(_ channels: Int, _ hidden: Int, engine: Engine) throws {
      layers = [
        try TesseraNet.Linear(channels, hidden, engine: engine),
        try TesseraNet.Linear(hidden, channels, engine: engine),
      ]
      super.init(engine: engine)
      for (index, layer) in layers.enumerated() { register("\(index)", layer: layer) }
    }

    override func forward(_ inputs: [Tensor]) throws -> Tensor {
      try layers[1](layers[0](inputs[0], as: "0").gelu(), as: "1")
    }
  }

  private let blocks: [Block]

  init(hidden: [Int], engine: Engine) throws {
    blocks = try hidden.map { try Block(8, $0, engine: engine) }
    super.init(engine: engine)
    for (index, block) in blocks.enumerated() { register("\(index)", layer: block) }
  }

  override func forward(_ inputs: [Tensor]) throws -> Tensor {
    var x = inputs[0]
    for (index, block) in blocks.enumerated() { x = try block(x, as: "\(index)") }
    return x
  }
}

@Suite struct PlannerTests {
  private static func dry() -> Engine {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    engine.isDry = true
    return engine
  }

  /// All combinations of the planner's choices with their exact peaks.
  private func combinations(_ planner: CheckpointPlanner) throws -> [(peak: Int, seconds: Double)] {
    let choices = planner.units.reduce([[Int]()]) { partial, unit in
      partial.flatMap { start in unit.choices.indices.map { start + [$0] } }
    }
    return try choices.map { choice in
      (try planner.peak(choice), choice.enumerated().map { planner.seconds($0, $1) }.reduce(0, +))
    }
  }

  /// For every peak that some combination has, the plan under that budget takes as little time as any combination.
  private func expectOptimal(_ planner: CheckpointPlanner, slack: Double) throws {
    let all = try combinations(planner)
    for budget in Set(all.map(\.peak)).sorted() {
      let best = try #require(all.filter { $0.peak <= budget }.map(\.seconds).min())
      let plan = try planner.plan(budget: budget)
      #expect(plan.peakBytes <= budget)
      #expect(
        plan.seconds <= best * slack + 1e-12, "\(plan.seconds) s, the least is \(best) s for \(budget) B")
    }
  }

  @Test(arguments: [[64, 64, 64, 64], [16, 128, 32, 96, 48], [200, 8, 8, 200, 16, 64]])
  func `on a chain a plan is as fast as the fastest of all combinations`(hidden: [Int]) throws {
    let engine = Self.dry()
    let chain = try Chain(hidden: hidden, engine: engine)
    let planner = try CheckpointPlanner(StepTrial(chain, inputs: [TensorSpec([500, 8], .float32)]))
    #expect(planner.units.count == hidden.count)
    try expectOptimal(planner, slack: 1)
  }

  @Test(arguments: [true, false])
  func `on a small net with a skip a plan is as fast as the fastest of all combinations`(isFused: Bool) throws
  {
    let engine = Self.dry()
    engine.isFused = isFused
    let network = try SmallNetwork.make(engine: engine)
    let planner = try CheckpointPlanner(StepTrial(network, inputs: [TensorSpec([2, 2, 32, 32], .float32)]))
    #expect(planner.units.map(\.path).contains("stage.blocks.1"))
    try expectOptimal(planner, slack: 1)
  }

  struct Size: Sendable, CustomTestStringConvertible {
    let side: Int
    let features: Int
    var axes = 3
    var testDescription: String { "\(side)^\(axes), F \(features)" }
  }
  static let sizes = [
    Size(side: 64, features: 12), Size(side: 64, features: 48), Size(side: 96, features: 24),
    Size(side: 128, features: 24), Size(side: 256, features: 24, axes: 2),
  ]

  @Test(arguments: sizes)
  func `a training step under a plan never passes its budget`(size: Size) throws {
    let engine = Self.dry()
    let step = try TrainingStep(engine: engine, size: size.side, features: size.features) {
      $0.spatialDimensions = size.axes
    }
    let planner = try CheckpointPlanner(
      StepTrial(step.network) { try step.forward() }, reserved: step.optimizer.missingStateBytes)
    let curve = try planner.frontier(points: 4)
    let (most, least) = (try #require(curve.first).peakBytes, try #require(curve.last).peakBytes)
    #expect(curve.count > 2 && least < most)
    try step.warmUp()
    for share in [0.0, 0.3, 0.7, 1.0] {
      let budget = least + Int(share * Double(most - least))
      let plan = try planner.plan(budget: budget)
      try step.network.setCheckpoint(.plan(plan))
      engine.ledger.budget = budget
      let peak = try step.measure().peak
      engine.ledger.budget = nil
      #expect(peak == plan.peakBytes && peak <= budget)
    }
    #expect(throws: TensorError.self) { try planner.plan(budget: least / 2) }
  }

  @Test func `a planned step has the gradients of the plain one, bit for bit`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let small = try SmallStep(engine: engine, policy: .off)
    let plain = try small.run()
    let planner = try CheckpointPlanner(
      StepTrial(small.network, inputs: [TensorSpec([2, 2, 8, 8], .float32)]))
    let curve = try planner.frontier(points: 6)
    #expect(curve.count > 2)
    for plan in curve {
      try small.network.setCheckpoint(.plan(plan))
      #expect(try small.run() == plain)
    }
  }

  @Test func `planning leaves the network and the engine as they were`() throws {
    let engine = Self.dry()
    let network = try SmallNetwork.make(engine: engine)
    try network.setCheckpoint(.all)
    let before = network.namedLayers.map { $0.layer.recompute }
    let (live, random) = (engine.ledger.liveBytes, engine.random)
    _ = try CheckpointPlanner(StepTrial(network, inputs: [TensorSpec([1, 2, 16, 16], .float32)])).frontier(
      points: 3)
    #expect(network.namedLayers.map { $0.layer.recompute } == before)
    #expect(engine.ledger.liveBytes == live && engine.random.seed == random.seed)
  }
}
