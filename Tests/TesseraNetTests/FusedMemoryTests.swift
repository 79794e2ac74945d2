import TesseraNet
import TesseraTensor
import Testing

/// What a fused step of SwinUNETR holds and computes.
@Suite struct FusedMemoryTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let policy: CheckpointPolicy
    /// The most a step at 4×128³, F 24 may hold; PyTorch holds 8.80 GiB, and 4.92 with `use_checkpoint`.
    let gibibytes: Double
    /// Operations beside those of the step that keeps everything.
    let work: ClosedRange<Double>
    var testDescription: String { "\(policy)" }
  }

  static let rows = [
    Row(policy: .off, gibibytes: 2.1, work: 1...1),
    Row(policy: .swin, gibibytes: 1.6, work: 1.03...1.05),
    Row(policy: .all, gibibytes: 1.7, work: 1.3...1.4),
    Row(policy: .lean, gibibytes: 1.38, work: 1.035...1.055),
  ]

  /// Peak bytes and operations of one warm dry step.
  private func measure(_ policy: CheckpointPolicy) throws -> (peak: Int, operations: Int) {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    engine.isDry = true
    let step = try TrainingStep(engine: engine, size: 128)
    try step.network.setCheckpoint(policy)
    try step.warmUp()
    var operations = 0
    engine.opObserver = { op, inputs, _ in operations += op.flops(of: inputs) }
    return (try step.measure().peak, operations)
  }

  @Test(arguments: rows)
  func `a step at 128³ stays below its figure and computes little more`(row: Row) throws {
    let (peak, operations) = try measure(row.policy)
    #expect(Double(peak) / Double(1 << 30) <= row.gibibytes)
    let plain = try measure(.off).operations
    #expect(row.work.contains(Double(operations) / Double(plain)), "\(operations) of \(plain)")
  }

  @Test(arguments: [CheckpointPolicy.off, .lean])
  func `a real fused step has the ledger of a dry one, byte for byte`(policy: CheckpointPolicy) throws {
    let sizes = try [true, false].map { dry in
      let engine = Engine(backend: CPUBackend(threadCount: 2))
      engine.isDry = dry
      let step = try TrainingStep(engine: engine, size: 64, features: 12)
      try step.network.setCheckpoint(policy)
      try step.warmUp()
      let (peak, saved) = try step.measure()
      return [peak, saved]
    }
    #expect(sizes[0] == sizes[1])
  }

  @Test func `gradients have the same bits at any number of threads`() throws {
    let traces = try [1, 2, 3].map { threads in
      let engine = Engine(backend: CPUBackend(threadCount: threads))
      let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
      try step.forward().backward()
      return try step.network.namedParameters.map { try $0.tensor.gradient?.floats() ?? [] }
    }
    #expect(traces[0] == traces[1])
    #expect(traces[0] == traces[2])
  }
}
