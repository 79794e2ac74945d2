import TesseraNet
import TesseraVulkan
import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// What backward keeps, in the host's memory while it waits.
  @Suite struct VulkanOffloadTests {
    /// Loss and gradients of one step in 2-D, what the ledger counted, and what the device's own memory held at most.
    private func step(_ policy: CheckpointPolicy, offloaded: Bool) throws -> (
      values: [[Float]], report: MemoryReport
    ) {
      let engine = Engine(backend: try TestDevice.shared())
      engine.random = RandomState(seed: 8)
      var configuration = SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12)
      (configuration.spatialDimensions, configuration.dropRate) = (2, 0.1)
      let network = try SwinUNETR(configuration, engine: engine)
      try network.setCheckpoint(policy)
      let x = try engine.uniform([1, 1, 64, 64])
      let target = try engine.bernoulli([1, 2, 64, 64], probability: 0.5)
      let restore = offloaded ? try engine.setOffload(to: .cpu) : {}
      defer { restore() }
      var loss: [Float] = []
      let report = try engine.record("step") {
        let value = try DiceCELoss()(network.run([x]), target)
        try value.backward()
        loss = try value.floats()
      }.run.report
      #expect(engine.ledger.offloadedBytes == 0 && engine.ledger.addsUp)
      #expect(engine.fallbacks == [:])
      return ([loss] + (try network.namedParameters.map { try $0.tensor.gradient?.floats() ?? [] }), report)
    }

    @Test(arguments: [CheckpointPolicy.off, .all])
    func `offloading to the host changes no bit, takes bytes off the device and counts them there`(
      policy: CheckpointPolicy
    ) throws {
      let (plain, away) = (try step(policy, offloaded: false), try step(policy, offloaded: true))
      #expect(away.values == plain.values && plain.values.count > 100)
      let saved = try [plain, away].map { try #require($0.report.forwardEnd).savedBytes }
      #expect(saved[1] < saved[0], "\(saved)")
      #expect(away.report.peakBytes <= plain.report.peakBytes)
      #expect(plain.report.offloadedPeak == 0)
      // All that left the device lies on the host, and nothing else.
      #expect(away.report.offloadedPeak >= saved[0] - saved[1], "\(saved)")
    }
  }
}
