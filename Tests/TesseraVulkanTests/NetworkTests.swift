import TesseraNet
import TesseraVulkan
import TestNetworks
import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// Networks on the device: the CPU's numbers without the CPU's help, checkpointing without a trace, and nothing for the
  /// validation layer to say.
  @Suite struct VulkanNetworkTests {
    /// A network and a sequence of ops.
    struct Case: Sendable, CustomTestStringConvertible {
      /// Of the input: two axes for a SwinUNETR, three for its kinds of block.
      let sides: [Int]
      let isFused: Bool
      /// Of autocast; float16 comes with a loss scaler.
      var dtype: DType?
      /// Whether values, probabilities and whole branches are dropped.
      var drops = false
      var testDescription: String {
        "\(sides) \(isFused ? "fused" : "unfused") \(dtype?.rawValue ?? "")\(drops ? " dropping" : "")"
      }
    }

    static let cases = [
      Case(sides: [64, 64], isFused: true, drops: true), Case(sides: [64, 64], isFused: false, drops: true),
      Case(sides: [64, 64], isFused: true, dtype: .bfloat16, drops: true),
      Case(sides: [8, 8, 10], isFused: true), Case(sides: [8, 8, 10], isFused: false),
      Case(sides: [8, 8, 10], isFused: true, dtype: .bfloat16),
      Case(sides: [8, 8, 10], isFused: false, dtype: .bfloat16),
      Case(sides: [8, 8, 10], isFused: true, dtype: .float16),
    ]

    private struct Step {
      let loss: Double
      let gradients: [[Float]]
      let fallbacks: [String: Int]

      /// The norm of the difference between all gradients and another step's, relative to theirs.
      func distance(to other: Step) -> Double {
        func norm(_ values: some Sequence<Float>) -> Double {
          values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        let theirs = other.gradients.joined()
        return norm(zip(gradients.joined(), theirs).map { $0 - $1 }) / norm(theirs)
      }
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
        if c.drops {
          (configuration.dropRate, configuration.attentionDropRate) = (0.1, 0.2)
          configuration.dropPathRate = 0.2
        }
        network = try SwinUNETR(configuration, engine: engine)
      } else {
        network = try SmallNetwork.inThreeDimensions(engine: engine)
      }
      try network.setCheckpoint(policy)
      let x = try engine.uniform(Shape([1, 1] + c.sides))
      let target = try engine.bernoulli(Shape([1, 2] + c.sides), probability: 0.5)
      var criterion = DiceCELoss()
      criterion.dice.sigmoid = true
      let undo = try engine.setAutocast(c.dtype)
      let loss = try criterion(network.run([x]), target)
      undo()
      let scaler = GradScaler(isEnabled: c.dtype == .float16)
      let optimizer = AdamW(network.namedParameters, learningRate: 1e-4, weightDecay: 1e-5)
      try scaler.scaled(loss).backward()
      try scaler.unscale(optimizer)
      let gradients = try network.namedParameters.map { try $0.tensor.gradient?.floats() ?? [] }
      #expect(try scaler.step(optimizer))
      return Step(loss: try loss.item(), gradients: gradients, fallbacks: engine.fallbacks)
    }

    @Test(arguments: cases)
    func
      `a step is the CPU's, no op of it runs there, checkpointing changes no bit, and validation is silent`(
        c: Case
      ) throws
    {
      let backend = try TestDevice.shared()
      let got = try step(c, on: backend)
      let wanted = try step(c, on: CPUBackend())
      #expect(abs(got.loss - wanted.loss) <= (c.dtype == nil ? 1e-5 : 2e-4))
      if c.dtype == nil {
        for (index, (a, b)) in zip(got.gradients, wanted.gradients).enumerated() {
          #expect(
            OpAgreement.relativeError(a.map(Double.init), b.map(Double.init)) <= 2e-3, "parameter \(index)")
        }
      } else {
        // One rounding that falls the other way moves what comes behind it, so both are held against float32's.
        var wide = c
        wide.dtype = nil
        let exact = try step(wide, on: CPUBackend())
        let (own, host) = (got.distance(to: exact), wanted.distance(to: exact))
        #expect(own <= 1.25 * host, "\(own), and \(host) on the CPU")
      }
      #expect(got.fallbacks == [:])
      let recomputed = try step(c, on: backend, policy: .all)
      #expect(recomputed.loss == got.loss)
      #expect(recomputed.gradients == got.gradients)
      #expect(recomputed.fallbacks == [:])
      #expect(backend.instance.messages == [])
    }

    @Test func `a network's gradient at 8³ is the slope along a random direction, which float64 finds`()
      throws
    {
      let device = Engine(backend: try TestDevice.shared())
      let host = Engine(backend: CPUBackend(threadCount: 2))
      host.defaultDType = .float64
      device.random = RandomState(seed: 21)
      let network = try SmallNetwork.inThreeDimensions(engine: device)
      let twin = try SmallNetwork.inThreeDimensions(engine: host)
      let x = try device.uniform([1, 1, 8, 8, 8], low: -1)
      let weights = try device.uniform([1, 2, 8, 8, 8], low: -1)
      try network.run([x]).backward(seed: weights)
      var slope = 0.0
      let moves = try zip(network.namedParameters, twin.namedParameters).map { own, other in
        let direction = try device.uniform(own.tensor.shape, low: -1).doubles()
        slope += zip(try own.tensor.gradient?.doubles() ?? [], direction).map(*).reduce(0, +)
        return (other.tensor, try own.tensor.doubles(), direction)
      }
      let (input, factors) = (try host.tensor(x.doubles(), x.shape), try weights.doubles())
      let step = 1e-6
      let ends = try [step, -step].map { step in
        for (parameter, start, direction) in moves {
          try parameter.assign(zip(start, direction).map { $0 + step * $1 })
        }
        let output = try host.withoutGradients { try twin.run([input]).doubles() }
        return zip(output, factors).map(*).reduce(0, +)
      }
      let estimate = (ends[0] - ends[1]) / (2 * step)
      #expect(abs(slope - estimate) <= 1e-4 * abs(estimate), "\(slope) and \(estimate)")
      #expect(device.fallbacks == [:])
    }

    @Test(.enabled(if: TestDevice.hasValidation, "the validation layer is not installed"))
    func `tests run under the validation layer`() throws {
      #expect(try TestDevice.shared().instance.messages == [])
    }
  }
}
