import TesseraTensor
import TestNetworks
import Testing

@testable import TesseraNet

/// Parameters that move while backward runs.
@Suite struct UpdateInBackwardTests {
  enum Kind: String, CaseIterable, Sendable {
    case adamW, adam, sgd

    func make(_ parameters: [(name: String, tensor: Tensor)]) -> any Optimizer {
      switch self {
      case .adamW: AdamW(parameters, learningRate: 1e-3)
      case .adam: AdamW(parameters, learningRate: 1e-3, weightDecay: 1e-2, isDecoupled: false)
      case .sgd: SGD(parameters, learningRate: 1e-2, momentum: 0.9, weightDecay: 1e-2)
      }
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let policy: CheckpointPolicy
    let isFused: Bool
    let kind: Kind
    var testDescription: String { "\(policy), \(isFused ? "fused" : "unfused"), \(kind)" }
  }

  static let cases =
    [CheckpointPolicy.off, .swin, .all, .lean].map { Case(policy: $0, isFused: true, kind: .adamW) }
    + [CheckpointPolicy.off, .swin, .all].map { Case(policy: $0, isFused: false, kind: .adamW) }
    + Kind.allCases.map { Case(policy: .swin, isFused: true, kind: $0) }

  private func step(_ one: Case, dry: Bool = false) throws -> TrainingStep {
    let engine = Engine.unfused()
    (engine.isFused, engine.isDry) = (one.isFused, dry)
    engine.random = RandomState(seed: 4)
    let step = try TrainingStep(engine: engine, size: 64, features: 12) {
      ($0.spatialDimensions, $0.dropRate) = (2, 0.1)
    }
    try step.network.setCheckpoint(one.policy)
    return step
  }

  private func bits(_ network: Layer) throws -> [[UInt32]] {
    try network.namedParameters.map { try $0.tensor.floats().map(\.bitPattern) }
  }

  @Test(arguments: cases)
  func `three steps leave the parameters of three ordinary ones, bit for bit`(one: Case) throws {
    let (plain, early) = try (step(one), step(one))
    let optimizers = [plain, early].map { one.kind.make($0.network.namedParameters) }
    for _ in 0..<3 {
      try plain.forward().backward()
      try optimizers[0].step()
      optimizers[0].zeroGradients()
      try early.forward().backward(updating: optimizers[1])
      #expect(early.network.namedParameters.allSatisfy { $0.tensor.gradient == nil })
    }
    #expect(try bits(plain.network) == bits(early.network))
    for (a, b) in zip(optimizers[0].state, optimizers[1].state) {
      #expect(try a.name == b.name && a.tensor.floats() == b.tensor.floats())
    }
  }

  /// The most bytes of gradients that are alive at once in a warm step, and its peak.
  private func held(_ one: Case, early: Bool, dry: Bool) throws -> (gradients: Int, peak: Int) {
    let step = try step(one, dry: dry)
    let run = {
      let loss = try step.forward()
      guard early else {
        try loss.backward()
        try step.optimizer.step()
        return step.optimizer.zeroGradients()
      }
      try loss.backward(updating: step.optimizer)
    }
    try run()
    let recorder = step.engine.ledger.startRecording()
    try run()
    step.engine.ledger.stop(recorder)
    var (live, most) = (Set<Int>(), 0)
    var bytes: [Int: Int] = [:]
    for event in recorder.events {
      bytes[event.entry.id] = event.entry.bytes
      if event.kind == .death {
        live.remove(event.entry.id)
      } else if event.entry.category == .gradient {
        live.insert(event.entry.id)
      }
      most = max(most, live.reduce(0) { $0 + (bytes[$1] ?? 0) })
    }
    return (most, recorder.events.map(\.liveBytes).max() ?? 0)
  }

  @Test(arguments: [cases[0], cases[2], cases[3]])
  func `gradients are never alive together, and dry counts what real holds`(one: Case) throws {
    let plain = try held(one, early: false, dry: true)
    let early = try held(one, early: true, dry: true)
    let real = try held(one, early: true, dry: false)
    #expect(early == real)
    #expect(early.gradients * 3 < plain.gradients)
    #expect(early.peak < plain.peak)
  }

  @Test func `a plan for such a step is kept to the byte`() throws {
    let step = try step(Self.cases[0])
    let optimizer = step.optimizer
    try step.forward().backward(updating: optimizer)
    let planners = try [nil, optimizer].map { updating in
      try CheckpointPlanner(StepTrial(step.network, updating: updating) { try step.forward() })
    }
    let peaks = try planners.map { try $0.plan(budget: .max / 2).peakBytes }
    #expect(peaks[1] < peaks[0])
    let recorded = try step.engine.record("step") { try step.forward().backward(updating: optimizer) }
    let report = recorded.run.report
    #expect(report.peakBytes == peaks[1])
  }

  @Test func `a parameter that is used twice moves once, by the sum`() throws {
    func moved(_ body: (Tensor, any Optimizer) throws -> Void) throws -> [Float] {
      let engine = Engine(backend: CPUBackend(threadCount: 1))
      let weight = try engine.tensor([1, -2, 3], [3])
      try weight.setRequiresGradient(true)
      try body(weight, SGD([("w", weight)], learningRate: 0.25))
      return try weight.floats()
    }
    let loss: (Tensor) throws -> Tensor = { try ($0 * $0 * 2 + $0.exponential()).sum() }
    let plain = try moved {
      try loss($0).backward()
      try $1.step()
    }
    #expect(try moved { try loss($0).backward(updating: $1) } == plain)
    // Twice in the optimizer's list is twice moved, as a step does.
    let twice = { (weight: Tensor) in SGD([("a", weight), ("b", weight)], learningRate: 0.25) }
    let stepped = try moved { weight, _ in
      try loss(weight).backward()
      try twice(weight).step()
    }
    #expect(try moved { weight, _ in try loss(weight).backward(updating: twice(weight)) } == stepped)
  }

  @Test func `gradients of earlier micro-batches are part of the sum`() throws {
    func moved(early: Bool) throws -> [[UInt32]] {
      let step = try step(Self.cases[1])
      try step.forward().backward()
      if early {
        try step.forward().backward(updating: step.optimizer)
      } else {
        try step.forward().backward()
        try step.optimizer.step()
      }
      return try bits(step.network)
    }
    #expect(try moved(early: true) == moved(early: false))
  }

  @Test func `a leaf waits while another graph reads its old values, and moves at the end`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    let weight = try engine.tensor([1, 2], [2])
    try weight.setRequiresGradient(true)
    let other = try (weight * weight).sum()
    try (weight * 3).sum().backward(updating: SGD([("w", weight)], learningRate: 1))
    #expect(try weight.floats() == [-2, -1])
    #expect(throws: TensorError.self) { try other.backward() }
  }

  @Test func `what needs all gradients says that they are gone`() throws {
    let step = try step(Self.cases[0])
    let (optimizer, scaler) = (step.optimizer, GradScaler())
    let before = try bits(step.network)
    #expect(throws: TensorError.self) { try scaler.scaled(step.forward()).backward(updating: optimizer) }
    // What is made of a scaled loss is scaled, too.
    let half = try scaler.scaled(step.forward()) * 0.5
    #expect(throws: TensorError.self) { try half.backward(updating: optimizer) }
    #expect(optimizer.state.isEmpty)
    #expect(try bits(step.network) == before)
    try step.forward().backward(updating: optimizer)
    let leaves = step.network.namedParameters.map(\.tensor)
    #expect(throws: TensorError.self) { try Tensor.clipGradients(of: leaves, to: 1) }
    #expect(throws: TensorError.self) { try scaler.unscale(optimizer) }
    optimizer.zeroGradients()
    #expect(try Tensor.clipGradients(of: leaves, to: 1) == 0)
  }

  @Test func `a captured step trains as the step does`() throws {
    let (plain, captured) = try (captureStep(), captureStep())
    let run = { (step: TrainingStep) in try step.forward().backward(updating: step.optimizer) }
    for _ in 0..<3 { try run(plain) }
    try run(captured)
    let program = try captured.engine.capture { try run(captured) }.program
    try program.run()
    #expect(try bits(plain.network) == bits(captured.network))
  }

  private func captureStep() throws -> TrainingStep {
    let step = try step(Self.cases[0])
    let engine = step.engine
    engine.random = RandomState(seed: 4)
    return try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
  }

  /// What stops a step on its way.
  enum Stop: String, CaseIterable, Sendable { case memory, interrupt }

  /// A first step of the small network; `moment` is when it stops, nil for never, and `count` how many there were.
  private func smallStep(_ policy: CheckpointPolicy, _ stop: Stop, at moment: Int?) throws -> (
    parameters: [[UInt32]], moved: Set<String>, count: Int
  ) {
    let cancellation = CountedCancellation()
    let backend = FailingBackend()
    backend.parallel = Parallel(threadCount: 1, cancellation: cancellation)
    let engine = Engine(backend: backend)
    let network = try SmallNetwork.make(engine: engine)
    try network.setCheckpoint(policy)
    let x = try engine.uniform([2, 2, 8, 8])
    let optimizer = AdamW(network.namedParameters, learningRate: 1e-2)
    engine.random = RandomState(seed: 5)
    let live = engine.ledger.liveBytes
    backend.arm(stop == .memory ? moment : nil)
    cancellation.arm(stop == .interrupt ? moment ?? .max : .max)
    do {
      let y = try network.run([x])
      try (y * y).sum().backward(updating: optimizer)
      #expect(moment == nil)
    } catch {
      #expect(moment != nil)
      let state = optimizer.state.reduce(0) { $0 + $1.tensor.spec.byteCount }
      #expect(engine.ledger.liveBytes == live + state && engine.ledger.addsUp)
      #expect(state == 0 || optimizer.missingStateBytes == 0)
    }
    let count = stop == .memory ? backend.count : cancellation.count
    cancellation.arm()
    #expect(network.namedParameters.allSatisfy { $0.tensor.gradient == nil })
    return (try bits(network), Set(optimizer.stepCounts.map(\.name)), count)
  }

  @Test(arguments: [CheckpointPolicy.off, .all], Stop.allCases)
  func `wherever a step stops, a parameter has moved whole or not at all`(
    policy: CheckpointPolicy, stop: Stop
  ) throws {
    let old = try smallStep(policy, .memory, at: 0).parameters
    let whole = try smallStep(policy, stop, at: nil)
    let names = try SmallNetwork.make(engine: Engine(backend: FailingBackend())).namedParameters.map(\.name)
    var seen: Set<Int> = []
    for moment in stride(from: 0, to: whole.count, by: stop == .memory ? 5 : 61) {
      let stopped = try smallStep(policy, stop, at: moment)
      for (index, name) in names.enumerated() {
        let expected = stopped.moved.contains(name) ? whole.parameters[index] : old[index]
        #expect(stopped.parameters[index] == expected, "\(name), stopped at \(moment)")
      }
      seen.insert(stopped.moved.count)
    }
    #expect(seen.contains(0) && seen.count > 3, "\(seen)")
  }
}
