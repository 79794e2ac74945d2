import TesseraNet
import TesseraVulkan
import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// SwinUNETR in 3-D in 16 bits.
  @Suite struct VulkanMixedPrecisionTests {
    /// Loss, and the norm of all gradients, of one step under autocast.
    private func step(on backend: any Backend) throws -> (
      loss: Double, norm: Double, fallbacks: [String: Int]
    ) {
      let engine = Engine(backend: backend)
      engine.random = RandomState(seed: 12)
      let network = try SwinUNETR(
        SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12), engine: engine)
      // The smallest volume that leaves more than one voxel at the bottleneck.
      let x = try engine.uniform([1, 1, 64, 32, 32])
      let target = try engine.bernoulli([1, 2, 64, 32, 32], probability: 0.5)
      var criterion = DiceCELoss()
      criterion.dice.sigmoid = true
      let undo = try engine.setAutocast(.bfloat16)
      let loss = try criterion(network.run([x]), target)
      undo()
      try loss.backward()
      let squares = try network.namedParameters.flatMap { try $0.tensor.gradient?.doubles() ?? [] }
        .reduce(0) { $0 + $1 * $1 }
      return (try loss.item(), squares.squareRoot(), engine.fallbacks)
    }

    @Test(.slow) func `a step in bfloat16 has the CPU's loss to a hundredth and its gradients' size`() throws
    {
      let (got, wanted) = (try step(on: TestDevice.shared()), try step(on: CPUBackend()))
      #expect(abs(got.loss - wanted.loss) <= 1e-2 * abs(wanted.loss), "\(got.loss) and \(wanted.loss)")
      #expect(abs(got.norm - wanted.norm) <= 3e-2 * wanted.norm, "\(got.norm) and \(wanted.norm)")
      #expect(got.fallbacks == [:])
    }
  }
}
