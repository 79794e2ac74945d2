import TesseraVulkan
import Testing

@testable import TesseraTensor

/// Every op of the catalog, on every sample: the device agrees with the CPU, forward and backward.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanOpTests {
  /// Ops of the catalog's samples that have no shader, each with the reason.
  private static let withoutShader: [String: String] = [
    "window_attention": "attention dropout draws on the CPU",
    "window_attention_backward": "attention dropout draws on the CPU",
    "to": "float64 stays on the CPU", "rand": "float64 stays on the CPU",
  ]

  @Test func `results and gradients are the CPU's`() throws {
    let device = Engine(backend: try TestDevice.backend())
    let host = Engine(backend: CPUBackend(threadCount: 2))
    for op in opCatalog {
      for sample in op.samples {
        let outcomes = try [device, host].map { try outcome(sample, on: $0) }
        for (index, (got, wanted)) in zip(outcomes[0], outcomes[1]).enumerated() {
          #expect(relativeError(got, wanted) <= 4e-6, "\(sample.op), value \(index), \(sample.inputs)")
        }
        #expect(outcomes[0].count == outcomes[1].count)
      }
    }
    #expect(device.fallbacks.filter { Self.withoutShader[$0.key] == nil } == [:])
  }

  /// Results, then gradients.
  private func outcome(_ sample: OpSample, on engine: Engine) throws -> [[Double]] {
    let inputs = try inputs(of: sample, on: engine)
    let results = try engine.run(sample.op, inputs)
    var values = try results.map { try $0.doubles() }
    guard results[0].requiresGradient else { return values }
    let spec = TensorSpec(results[0].shape, results[0].dtype)
    try results[0].backward(
      seed: engine.run(RandomUniform(spec, low: -1, high: 1, stream: RandomStream(seed: 3, stream: 3)), [])[0]
    )
    for input in inputs where input.dtype.isFloatingPoint {
      values.append(try input.gradient?.doubles() ?? [])
    }
    return values
  }
}
