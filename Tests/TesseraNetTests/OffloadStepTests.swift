import TesseraNet
import TesseraTensor
import Testing

/// A network's step whose saved tensors wait on a disk.
@Suite struct OffloadStepTests {
  /// Every gradient of one step as bits, and the step's report.
  private func step(
    _ policy: CheckpointPolicy, fused: Bool, offloaded: Bool, dry: Bool = false
  ) throws -> (gradients: [[UInt32]], report: MemoryReport) {
    let engine = Engine.unfused()
    engine.isFused = fused
    engine.isDry = dry
    let step = try TrainingStep(engine: engine, size: 64, features: 12) {
      $0.spatialDimensions = 2
      $0.dropRate = 0.1
    }
    try step.network.setCheckpoint(policy)
    let restore = offloaded ? try engine.setOffload(to: .disk) : {}
    defer { restore() }
    let report = try engine.record("step") { try step.forward().backward() }.run.report
    #expect(engine.ledger.offloadedBytes == 0)
    let gradients = dry ? [] : step.network.namedParameters.compactMap(\.tensor.gradient)
    return (try gradients.map { try $0.floats().map(\.bitPattern) }, report)
  }

  @Test(arguments: [CheckpointPolicy.off, .all, .lean], [false, true])
  func `gradients are the same bits and saved bytes fall`(policy: CheckpointPolicy, fused: Bool) throws {
    let plain = try step(policy, fused: fused, offloaded: false)
    let away = try step(policy, fused: fused, offloaded: true)
    #expect(!plain.gradients.isEmpty && away.gradients == plain.gradients)
    let saved = try [plain, away].map { try #require($0.report.forwardEnd).savedBytes }
    #expect(saved[1] < saved[0])
    #expect(away.report.peakBytes <= plain.report.peakBytes)
    #expect(away.report.offloadedPeak > 0 && plain.report.offloadedPeak == 0)
  }

  @Test func `a dry step counts what a real one does`() throws {
    let sizes = try [true, false].map { dry in
      let report = try step(.swin, fused: true, offloaded: true, dry: dry).report
      return [report.peakBytes, report.offloadedPeak, report.forwardEnd?.savedBytes]
    }
    #expect(sizes[0] == sizes[1])
  }
}
