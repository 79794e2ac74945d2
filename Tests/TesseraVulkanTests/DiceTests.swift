import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// The sums of Dice and cross entropy in one pass: float64's numbers on the CPU, and the same bits every time.
  @Suite struct VulkanDiceTests {
    /// A prediction's shape and memory order, and what is computed of it.
    struct Case: Sendable, CustomTestStringConvertible {
      let shape: Shape
      let op: DiceSums
      var channelsLast = false
      var testDescription: String { "\(shape) \(op)\(channelsLast ? " channels-last" : "")" }
    }

    static let cases = [
      Case(shape: [2, 3, 5, 7, 9], op: DiceSums(.sigmoid), channelsLast: true),
      Case(shape: [2, 3, 5, 7, 9], op: DiceSums(.sigmoid, squared: true)),
      Case(shape: [1, 14, 11, 13], op: DiceSums(.softmax), channelsLast: true),
      Case(shape: [3, 2, 33], op: DiceSums(.softmax, squared: true, hasEntropy: false)),
      Case(shape: [1, 1, 40, 3], op: DiceSums(.none, hasEntropy: false)),
      // Many parts, and more positions than Mesa's loops count.
      Case(shape: [1, 2, 70, 1001], op: DiceSums(.none), channelsLast: true),
    ]

    /// The sums, then the gradient of a weighted sum of all of them, from the same values in any type.
    private func outcome(of c: Case, on engine: Engine, _ dtype: DType) throws -> [[Double]] {
      let host = Engine(backend: CPUBackend(threadCount: 1))
      host.random = RandomState(seed: 31)
      let values = try host.uniform(c.shape, low: -3, high: 3).doubles()
      let goal = try host.bernoulli(c.shape, probability: 0.4).doubles()
      func placed(_ values: [Double], _ dtype: DType) throws -> Tensor {
        let tensor = try engine.tensor(values, c.shape, dtype: dtype)
        return c.channelsLast ? try engine.run(Copy(order: .channelsLast), tensor) : tensor
      }
      let (x, target) = (try placed(values, dtype), try placed(goal, dtype.accumulation))
      try x.setRequiresGradient(true)
      let sums = try engine.run(c.op, [x, target])
      let weighted = try zip(sums, [0.7, -0.3, 0.2]).map { try ($0 * $0 * $1).sum() }
      try (weighted[0] + weighted[1] + weighted[2]).backward()
      return try sums.map { try $0.doubles() } + [x.gradient?.doubles() ?? []]
    }

    @Test(arguments: cases)
    func `sums and gradient are float64's, in 16 bits the CPU's, and repeatable`(c: Case) throws {
      let device = Engine(backend: try TestDevice.shared())
      let host = Engine(backend: CPUBackend(threadCount: 2))
      for dtype in [DType.float32, .bfloat16, .float16] {
        let got = try outcome(of: c, on: device, dtype)
        let wanted = try outcome(of: c, on: host, dtype == .float32 ? .float64 : dtype)
        // A gradient's last place is at most 2⁻⁷ or 2⁻¹⁰ of it; sums are float32 whatever they are of.
        let place = dtype == .float32 ? 4e-6 : dtype == .bfloat16 ? 0x1p-7 : 0x1p-10
        for (index, (got, wanted)) in zip(got, wanted).enumerated() {
          let error = OpAgreement.relativeError(got, wanted)
          #expect(error <= (index < 3 ? 4e-6 : place), "\(dtype), value \(index)")
        }
        #expect(try outcome(of: c, on: device, dtype) == got, "\(dtype)")
      }
      #expect(device.fallbacks == [:])
    }
  }
}
