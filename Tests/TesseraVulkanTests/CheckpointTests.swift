import TesseraNet
import TesseraVulkan
import Testing

@testable import TesseraTensor

/// Checkpointing on the device: SwinUNETR in 2-D and 3-D, no op of it on the CPU, the same bits under every policy, and
/// the CPU's ledger.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanCheckpointTests {
  /// A network's input and sequence of ops, and what is recomputed.
  struct Case: Sendable, CustomTestStringConvertible {
    /// Of the input: two or three axes.
    let sides: [Int]
    let isFused: Bool
    let policies: [CheckpointPolicy]
    var testDescription: String { "\(sides) \(isFused ? "fused" : "unfused")" }
  }

  static let cases = [
    Case(sides: [64, 64], isFused: true, policies: [.off, .swin, .lean, .all]),
    Case(sides: [64, 64], isFused: false, policies: [.off, .swin, .all]),
    // The smallest volume that leaves more than one voxel at the bottleneck: half a minute a step in software.
    Case(sides: [64, 32, 32], isFused: true, policies: [.off, .swin, .lean, .all]),
  ]

  /// What a step left behind.
  private struct Step {
    let loss: Double
    let gradients: [[Float]]
    let report: MemoryReport
  }

  /// One network under each policy in turn.
  private func steps(
    of c: Case, on backend: any Backend
  ) throws -> (steps: [Step], fallbacks: [String: Int]) {
    let engine = Engine(backend: backend)
    engine.random = RandomState(seed: 21)
    engine.isFused = c.isFused
    var configuration = SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12)
    configuration.spatialDimensions = c.sides.count
    let network = try SwinUNETR(configuration, engine: engine)
    // Its rate is zero: every policy meets the same weights.
    let optimizer = AdamW(network.namedParameters, learningRate: 0, weightDecay: 0)
    let x = try engine.uniform(Shape([1, 1] + c.sides))
    let target = try engine.bernoulli(Shape([1, 2] + c.sides), probability: 0.5)
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
    return (try c.policies.map(step), engine.fallbacks)
  }

  @Test(.slow, arguments: cases)
  func
    `gradients have the same bits under every policy, and the ledger is the CPU's in every category`(
      c: Case
    ) throws
  {
    let device = try steps(of: c, on: TestDevice.backend())
    let host = try steps(of: c, on: CPUBackend())
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
    let saved = device.steps.map { $0.report.forwardEnd?.savedBytes ?? 0 }
    #expect(zip(saved, saved.dropFirst()).allSatisfy { $0 > $1 && $1 > 0 }, "\(saved)")
  }
}
