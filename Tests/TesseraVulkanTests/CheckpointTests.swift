import TesseraNet
import TesseraVulkan
import Testing

@testable import TesseraTensor

/// Checkpointing on the device: SwinUNETR in 3-D, no op of it on the CPU, the same bits under every policy, and the
/// CPU's ledger.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanCheckpointTests {
  /// What a step left behind.
  private struct Step {
    let loss: Double
    let gradients: [[Float]]
    let report: MemoryReport
  }

  /// One network under each policy in turn; a step before them brings the moments and what a device makes once.
  private func steps(
    on backend: any Backend, isFused: Bool, policies: [CheckpointPolicy]
  ) throws -> (steps: [Step], fallbacks: [String: Int]) {
    let engine = Engine(backend: backend)
    engine.random = RandomState(seed: 21)
    engine.isFused = isFused
    let network = try SwinUNETR(
      SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12), engine: engine)
    // Its rate is zero: every policy meets the same weights.
    let optimizer = AdamW(network.namedParameters, learningRate: 0, weightDecay: 0)
    let x = try engine.uniform([1, 1, 64, 32, 32])
    let target = try engine.bernoulli([1, 2, 64, 32, 32], probability: 0.5)
    var criterion = DiceCELoss()
    criterion.dice.sigmoid = true
    func step(_ policy: CheckpointPolicy) throws -> Step {
      try network.setCheckpoint(policy)
      var (loss, gradients): (Double, [[Float]]) = (0, [])
      let report = try engine.record(policy.name) {
        let value = try criterion(network.run([x]), target)
        try value.backward()
        loss = try value.item()
        try optimizer.step()
      }.run.report
      gradients = try network.namedParameters.map { try $0.tensor.gradient?.floats() ?? [] }
      optimizer.zeroGradients()
      return Step(loss: loss, gradients: gradients, report: report)
    }
    _ = try step(.off)
    return (try policies.map(step), engine.fallbacks)
  }

  @Test(.slow, arguments: [true, false])
  func `gradients have the same bits under every policy, and the ledger is the CPU's in every category`(
    isFused: Bool
  ) throws {
    let policies: [CheckpointPolicy] = [.off, .swin, .all]
    let device = try steps(on: TestDevice.backend(), isFused: isFused, policies: policies)
    let host = try steps(on: CPUBackend(), isFused: isFused, policies: policies)
    #expect(device.fallbacks == [:])
    for (got, wanted) in zip(device.steps, host.steps) {
      let policy = got.report.label
      #expect(got.loss == device.steps[0].loss && got.gradients == device.steps[0].gradients, "\(policy)")
      #expect(abs(got.loss - wanted.loss) <= 1e-5, "\(policy)")
      #expect(got.report.peakBytes == wanted.report.peakBytes, "\(policy)")
      #expect(got.report.recomputed == wanted.report.recomputed, "\(policy)")
      #expect(got.report.forwardEnd?.savedBytes == wanted.report.forwardEnd?.savedBytes, "\(policy)")
      for category in MemoryCategory.allCases where category.countsTowardsTotal {
        #expect(
          got.report.atPeak.categories[category] == wanted.report.atPeak.categories[category],
          "\(policy): \(category)")
      }
    }
    #expect(device.steps[0].report.peakBytes > device.steps[1].report.peakBytes)
  }
}
