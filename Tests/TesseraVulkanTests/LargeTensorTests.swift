import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// Tensors beyond 128 MiB, which is what some drivers' descriptors reach.
  @Suite struct VulkanLargeTensorTests {
    @Test func `sums and convolutions of more than 128 MiB are the CPU's from end to end`() throws {
      let engine = Engine(backend: try TestDevice.shared())
      let shape: Shape = [1, 8, 260, 128, 129]
      let x = try engine.uniform(shape, low: -1)
      #expect(x.storage.byteCount > 128 << 20)
      let y = try engine.run(Add(), x, engine.tensor([2], [1]))
      let mean = try y.mean().item()
      #expect(abs(mean - 2) < 1e-3)
      let weight = try engine.uniform([8, 8, 1, 1, 1], low: -1)
      let z = try engine.run(Convolution(), x, weight)
      let host = Engine(backend: CPUBackend(threadCount: 2))
      // The first plane and the last, which lies behind all that a descriptor would reach.
      for plane in [0, 259] {
        let part = try x.sliced(dim: 2, start: plane, stop: plane + 1)
        let (values, factors) = (try part.doubles(), try weight.doubles())
        let wanted = try host.run(
          Convolution(), host.tensor(values, part.shape), host.tensor(factors, weight.shape))
        let got = try z.sliced(dim: 2, start: plane, stop: plane + 1).doubles()
        #expect(try OpAgreement.relativeError(got, wanted.doubles()) <= 4e-6, "plane \(plane)")
        let sums = try y.sliced(dim: 2, start: plane, stop: plane + 1).doubles()
        #expect(OpAgreement.relativeError(sums, values.map { $0 + 2 }) <= 4e-6, "plane \(plane)")
      }
      #expect(engine.fallbacks == [:])
    }
  }
}
