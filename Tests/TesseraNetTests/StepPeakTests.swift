import TesseraNet
import TesseraTensor
import Testing

@Suite struct StepPeakTests {
  static let cases: [(policy: CheckpointPolicy, isFused: Bool)] = [
    (.off, false), (.swin, false), (.all, false), (.off, true), (.swin, true),
  ]

  @Test(arguments: cases)
  func `a trial says what the same pass then holds`(policy: CheckpointPolicy, isFused: Bool) throws {
    let engine = Engine.unfused()
    engine.isDry = true
    let step = try TrainingStep(engine: engine, size: 64)
    try step.network.setCheckpoint(policy)
    let predicted = try step.network.stepPeak(of: [step.x.spec], isFused: isFused)
    engine.isFused = isFused
    let recorder = engine.ledger.startRecording()
    let output = try step.network.run([try engine.allocate(step.x.spec, purpose: .input, op: "input")])
    try output.backward(seed: engine.allocate(output.spec, purpose: .temporary, op: "seed"))
    let peak = recorder.events.map(\.liveBytes).max() ?? 0
    #expect(predicted == peak - recorder.liveBytesAtStart)
  }

  @Test func `a trial leaves no trace`() throws {
    let engine = Engine.unfused()
    engine.isDry = true
    let step = try TrainingStep(engine: engine, size: 64)
    let weight = step.network.namedParameters[0].tensor
    let gradient = try engine.zeros(weight.shape, dtype: .float32, purpose: .gradient)
    weight.gradient = gradient
    engine.ledger.budget = 1 << 20
    let before = (engine.ledger.liveBytes, engine.ledger.peakBytes, engine.recomputedSegments)
    let recorder = engine.ledger.startRecording()
    try step.network.setCheckpoint(.swin)
    _ = try step.network.stepPeak(of: [step.x.spec], isFused: true)
    #expect(recorder.events.isEmpty)
    #expect(weight.gradient === gradient)
    #expect(!engine.isFused && engine.isGradientEnabled && engine.ledger.budget == 1 << 20)
    #expect((engine.ledger.liveBytes, engine.ledger.peakBytes, engine.recomputedSegments) == before)
    #expect(engine.ledger.addsUp)
  }
}
