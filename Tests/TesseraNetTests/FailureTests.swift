import TesseraNet
import TesseraTensor
import Testing

/// A step that fails anywhere leaves nothing behind: the ledger is back, and the next step is the one it would have
/// been.
@Suite(.slow) struct FailureTests {
  struct Mode: Sendable, CustomTestStringConvertible {
    let policy: CheckpointPolicy
    let isFused: Bool
    var testDescription: String { "\(policy), \(isFused ? "fused" : "unfused")" }
  }

  static let modes = [CheckpointPolicy.off, .swin, .all].flatMap { policy in
    [false, true].map { Mode(policy: policy, isFused: $0) }
  }

  /// What must be the same after a failure as before the step.
  private struct State: Equatable {
    let live: Int
    let saved: Int
    let storages: Int
    let path: String
    let recordsGradients: Bool

    init(_ engine: Engine) {
      live = engine.ledger.liveBytes
      saved = engine.ledger.savedBytes
      storages = engine.ledger.entries.count
      path = engine.layerPath
      recordsGradients = engine.isGradientEnabled
    }
  }

  /// Runs `step` for each failure that `arm` prepares and checks what it left; `disarm` allows a whole step again,
  /// which follows every third failure.
  private func sweep(
    _ engine: Engine, _ failures: some Sequence<Int>, step: () throws -> [[UInt32]],
    arm: (Int) -> Void, disarm: () -> Void, isExpected: (TensorError, Int) -> Bool
  ) throws {
    let whole = try step()
    let before = State(engine)
    for (number, failure) in failures.enumerated() {
      arm(failure)
      do {
        _ = try step()
        Issue.record("failure \(failure) did not happen")
      } catch let error as TensorError {
        #expect(isExpected(error, failure), "failure \(failure): \(error.message)")
      }
      disarm()
      #expect(State(engine) == before && engine.ledger.addsUp, "after failure \(failure)")
      guard number % 3 == 0 else { continue }
      #expect(try step() == whole, "the step after failure \(failure)")
    }
  }

  @Test(arguments: modes)
  func `any one allocation may fail`(mode: Mode) throws {
    let backend = FailingBackend()
    let engine = Engine(backend: backend)
    engine.isFused = mode.isFused
    let step = try SmallStep(engine: engine, policy: mode.policy)
    backend.arm(nil)
    _ = try step.run()
    let count = backend.count
    #expect(count > 200)
    // Every one where nothing and where everything is recomputed; a prime stride between them.
    let failures = stride(from: 0, to: count, by: mode.policy == .swin ? 7 : 1)
    try sweep(engine, failures, step: step.run, arm: { backend.arm($0) }, disarm: { backend.arm(nil) }) {
      error, _ in error.message.contains("the one that fails")
    }
  }

  @Test(arguments: modes)
  func `any budget below the peak is answered by the allocation that passes it`(mode: Mode) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    engine.isFused = mode.isFused
    let step = try SmallStep(engine: engine, policy: mode.policy)
    let recorder = engine.ledger.startRecording()
    _ = try step.run()
    engine.ledger.stop(recorder)
    var records = [recorder.liveBytesAtStart]
    for event in recorder.events where event.kind == .birth && event.liveBytes > records[records.count - 1] {
      records.append(event.liveBytes)
    }
    #expect(records.count > 20)
    try sweep(
      engine, records.dropFirst().map { $0 - 1 }, step: step.run, arm: { engine.ledger.budget = $0 },
      disarm: { engine.ledger.budget = nil }
    ) { error, budget in
      guard case .outOfMemory(let facts) = error else { return false }
      return facts.live + facts.requested == budget + 1 && facts.budget == budget && !facts.op.isEmpty
    }
  }

  @Test(arguments: modes)
  func `an interrupt may come at any moment`(mode: Mode) throws {
    let cancellation = CountedCancellation()
    let engine = Engine(backend: CPUBackend(threadCount: 1, cancellation: cancellation))
    engine.isFused = mode.isFused
    let step = try SmallStep(engine: engine, policy: mode.policy)
    cancellation.arm()
    _ = try step.run()
    // A prime stride visits forward, backward and recomputation alike.
    let moments = stride(from: 0, to: cancellation.count, by: 23)
    try sweep(
      engine, moments, step: step.run, arm: { cancellation.arm($0) }, disarm: { cancellation.arm() }
    ) { error, _ in error.message == "interrupted" }
  }

  @Test(arguments: [CheckpointPolicy.off, .all])
  func `every 97th allocation of SwinUNETR may fail`(policy: CheckpointPolicy) throws {
    let backend = FailingBackend(threadCount: 2)
    let engine = Engine(backend: backend)
    let training = try TrainingStep(engine: engine, features: 12) { $0.spatialDimensions = 2 }
    try training.network.setCheckpoint(policy)
    func step() throws -> [[UInt32]] {
      defer { training.optimizer.zeroGradients() }
      let loss = try training.forward()
      try loss.backward()
      let gradients = training.network.namedParameters.compactMap(\.tensor.gradient)
      return try ([loss] + gradients).map { try $0.floats().map(\.bitPattern) }
    }
    backend.arm(nil)
    _ = try step()
    let failures = stride(from: 0, to: backend.count, by: 97)
    try sweep(engine, failures, step: step, arm: { backend.arm($0) }, disarm: { backend.arm(nil) }) {
      error, _ in error.message.contains("the one that fails")
    }
  }

  @Test(arguments: UpdateInBackwardTests.Kind.allCases)
  func `an optimizer without memory for its step moves no parameter, and its next step is the first`(
    kind: UpdateInBackwardTests.Kind
  ) throws {
    func parameters(failing: Int?) throws -> (bits: [[UInt32]], allocations: Int) {
      let backend = FailingBackend()
      let engine = Engine(backend: backend)
      let weights = try (1...3).map { try engine.full([$0], Double($0)) }
      for weight in weights { weight.gradient = try engine.full(weight.shape, 0.5) }
      let optimizer = kind.make(weights.map { ("w\($0.shape[0])", $0) })
      let live = engine.ledger.liveBytes
      backend.arm(failing)
      if failing != nil {
        #expect(throws: TensorError.self) { try optimizer.step() }
        let state = optimizer.state.reduce(0) { $0 + $1.tensor.spec.byteCount }
        #expect(engine.ledger.liveBytes == live + state)
        #expect(try weights.map { try $0.floats()[0] } == [1, 2, 3])
        backend.arm(nil)
      }
      try optimizer.step()
      return (try weights.map { try $0.floats().map(\.bitPattern) }, backend.count)
    }
    let whole = try parameters(failing: nil)
    #expect(whole.allocations >= 4)
    for index in 0..<whole.allocations {
      #expect(try parameters(failing: index).bits == whole.bits, "after allocation \(index) failed")
    }
  }
}
