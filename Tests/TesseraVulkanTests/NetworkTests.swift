import TesseraNet
import TesseraVulkan
import Testing

@testable import TesseraTensor

/// A small SwinUNETR on the device: the CPU's numbers, checkpointing without a trace, and nothing for the layer to say.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanNetworkTests {
  private struct Step {
    let loss: Double
    let gradients: [[Float]]
    let fallbacks: [String: Int]
  }

  /// Forward, backward and update of a 2-D network, from a fixed seed.
  private func step(on engine: Engine, fused: Bool = true, policy: CheckpointPolicy = .off) throws -> Step {
    engine.random = RandomState(seed: 5)
    engine.isFused = fused
    var configuration = SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12)
    configuration.spatialDimensions = 2
    let network = try SwinUNETR(configuration, engine: engine)
    try network.setCheckpoint(policy)
    let x = try engine.uniform([1, 1, 64, 64])
    let target = try engine.bernoulli([1, 2, 64, 64], probability: 0.5)
    var criterion = DiceCELoss()
    criterion.dice.sigmoid = true
    let loss = try criterion(network.run([x]), target)
    try loss.backward()
    let gradients = try network.namedParameters.map { try $0.tensor.gradient?.floats() ?? [] }
    try AdamW(network.namedParameters, learningRate: 1e-4, weightDecay: 1e-5).step()
    return Step(loss: try loss.item(), gradients: gradients, fallbacks: engine.fallbacks)
  }

  @Test func `a step is the CPU's but for shift masks, and the validation layer is silent`()
    throws
  {
    let backend = try TestDevice.backend()
    // Fused convolution blocks have no shaders: PyTorch's sequence of ops has.
    let got = try step(on: Engine(backend: backend), fused: false)
    let wanted = try step(on: Engine(backend: CPUBackend()), fused: false)
    #expect(abs(got.loss - wanted.loss) <= 1e-5)
    for (index, (a, b)) in zip(got.gradients, wanted.gradients).enumerated() {
      #expect(relativeError(a.map(Double.init), b.map(Double.init)) <= 2e-3, "parameter \(index)")
    }
    // A mask is a table of region numbers, made from the window's geometry alone.
    #expect(got.fallbacks.filter { $0.key != "window_mask" } == [:])
    #expect(backend.instance.messages == [])
  }

  @Test func `checkpointing gives the same bits`() throws {
    let backend = try TestDevice.backend()
    let plain = try step(on: Engine(backend: backend))
    let recomputed = try step(on: Engine(backend: backend), policy: .all)
    #expect(recomputed.loss == plain.loss)
    #expect(recomputed.gradients == plain.gradients)
  }

  @Test(.enabled(if: TestDevice.hasValidation, "the validation layer is not installed"))
  func `tests run under the validation layer`() throws {
    #expect(try TestDevice.backend().instance.messages == [])
  }
}
