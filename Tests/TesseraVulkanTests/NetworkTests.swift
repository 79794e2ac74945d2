import TesseraNet
import TesseraVulkan
import TestNetworks
import Testing

@testable import TesseraTensor

/// Networks on the device: the CPU's numbers without the CPU's help, checkpointing without a trace, and nothing for the
/// validation layer to say.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanNetworkTests {
  /// A network and a sequence of ops.
  struct Case: Sendable, CustomTestStringConvertible {
    /// Of the input: two axes for a SwinUNETR, three for its kinds of block.
    let sides: [Int]
    let isFused: Bool
    var testDescription: String { "\(sides) \(isFused ? "fused" : "unfused")" }
  }

  static let cases = [[64, 64], [8, 8, 10]].flatMap { sides in
    [true, false].map { Case(sides: sides, isFused: $0) }
  }

  private struct Step {
    let loss: Double
    let gradients: [[Float]]
    let fallbacks: [String: Int]
  }

  /// Forward, backward and update of a network, from a fixed seed.
  private func step(_ c: Case, on backend: any Backend, policy: CheckpointPolicy = .off) throws -> Step {
    let engine = Engine(backend: backend)
    engine.random = RandomState(seed: 5)
    engine.isFused = c.isFused
    let network: Layer
    if c.sides.count == 2 {
      var configuration = SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12)
      configuration.spatialDimensions = 2
      network = try SwinUNETR(configuration, engine: engine)
    } else {
      network = try SmallNetwork.inThreeDimensions(engine: engine)
    }
    try network.setCheckpoint(policy)
    let x = try engine.uniform(Shape([1, 1] + c.sides))
    let target = try engine.bernoulli(Shape([1, 2] + c.sides), probability: 0.5)
    var criterion = DiceCELoss()
    criterion.dice.sigmoid = true
    let loss = try criterion(network.run([x]), target)
    try loss.backward()
    let gradients = try network.namedParameters.map { try $0.tensor.gradient?.floats() ?? [] }
    try AdamW(network.namedParameters, learningRate: 1e-4, weightDecay: 1e-5).step()
    return Step(loss: try loss.item(), gradients: gradients, fallbacks: engine.fallbacks)
  }

  @Test(arguments: cases)
  func `a step is the CPU's, no op of it runs there, checkpointing changes no bit, and validation is silent`(
    c: Case
  ) throws {
    let backend = try TestDevice.backend()
    let got = try step(c, on: backend)
    let wanted = try step(c, on: CPUBackend())
    #expect(abs(got.loss - wanted.loss) <= 1e-5)
    for (index, (a, b)) in zip(got.gradients, wanted.gradients).enumerated() {
      #expect(relativeError(a.map(Double.init), b.map(Double.init)) <= 2e-3, "parameter \(index)")
    }
    #expect(got.fallbacks == [:])
    let recomputed = try step(c, on: backend, policy: .all)
    #expect(recomputed.loss == got.loss)
    #expect(recomputed.gradients == got.gradients)
    #expect(recomputed.fallbacks == [:])
    #expect(backend.instance.messages == [])
  }

  @Test(.enabled(if: TestDevice.hasValidation, "the validation layer is not installed"))
  func `tests run under the validation layer`() throws {
    #expect(try TestDevice.backend().instance.messages == [])
  }
}
