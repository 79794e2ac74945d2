import TesseraTensor
import Testing

@testable import TesseraNet

/// A training step as a list of kernels.
@Suite struct CaptureTests {
  private func step(isFused: Bool, policy: CheckpointPolicy = .off) throws -> TrainingStep {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.isFused = isFused
    engine.random = RandomState(seed: 3)
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
    try step.network.setCheckpoint(policy)
    return step
  }

  private func bits(_ step: TrainingStep) throws -> [[UInt32]] {
    try step.network.namedParameters.map { try $0.tensor.floats().map(\.bitPattern) }
  }

  static let cases: [(isFused: Bool, policy: CheckpointPolicy)] = [
    (true, .off), (true, .lean), (false, .off), (false, .swin),
  ]

  @Test(arguments: cases)
  func `runs of a captured step train as the step does, bit for bit`(isFused: Bool, policy: CheckpointPolicy)
    throws
  {
    let (plain, captured) = try (
      step(isFused: isFused, policy: policy), step(isFused: isFused, policy: policy)
    )
    for _ in 0..<2 { try plain.run() }
    try captured.run()
    let program = try captured.engine.capture(captured.run).program
    #expect(try bits(plain) == bits(captured))
    for round in 0..<3 {
      for one in [plain, captured] { one.optimizer.learningRate = 1e-3 / Double(round + 1) }
      try plain.run()
      try program.run()
      #expect(try bits(plain) == bits(captured))
    }
    #expect(plain.optimizer.stepCounts.map(\.count) == captured.optimizer.stepCounts.map(\.count))
  }

  @Test func `a captured step holds what was planned, and less than the step itself`() throws {
    let step = try step(isFused: true)
    try step.run()
    let peak = try step.engine.record("eager", step.run).run.report.peakBytes
    let resting = step.engine.ledger.liveBytes
    let program = try step.engine.capture(step.run).program
    #expect(step.engine.ledger.liveBytes == resting + program.blockBytes)
    let report = try step.engine.record("captured", program.run).run.report
    #expect(report.peakBytes == resting + program.blockBytes)
    #expect(report.peakBytes <= peak + peak / 20, "\(report.peakBytes) against \(peak)")
    #expect(step.engine.ledger.addsUp)
  }

  @Test func `what is returned is written again at each run`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    let x = try engine.ones([3])
    let (y, program) = try engine.capture { try x * 2 + engine.tensor([1, 2, 3], [3]) }
    #expect(try y.doubles() == [3, 4, 5])
    try x.assign([10, 20, 30])
    try program.run()
    #expect(try y.doubles() == [21, 42, 63])
  }

  @Test func `a program that cannot be repeated is refused`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    let x = try engine.ones([3])
    #expect(throws: TensorError.self) { try engine.capture { try x.dropout(0.5) } }
    #expect(throws: TensorError.self) { try engine.capture { try x.sum().item() } }
    #expect(throws: TensorError.self) { try engine.capture { try engine.capture { x }.result } }
    #expect(throws: TensorError.self) {
      try engine.capture {
        let constant = try engine.tensor([1, 2, 3], [3])
        try engine.runInPlace(Add(), [constant, x], into: constant)
      }
    }
    // A refusal leaves nothing behind.
    #expect(try engine.capture { try x + x }.result.doubles() == [2, 2, 2])
  }

  @Test func `two hundred steps leave neither tensors nor memory behind`() throws {
    let small = try SmallStep(engine: Engine(backend: CPUBackend(threadCount: 2)), policy: .swin)
    for _ in 0..<5 { _ = try small.run() }
    let (live, count) = (small.engine.ledger.liveBytes, small.engine.ledger.entries.count)
    for _ in 0..<200 { _ = try small.run() }
    #expect(small.engine.ledger.liveBytes == live && small.engine.ledger.entries.count == count)
  }
}
