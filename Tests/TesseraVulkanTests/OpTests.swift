import Foundation
import Testing

@testable import TesseraTensor
@testable import TesseraVulkan

extension OnSharedDevice {
  /// Every op of the catalog, on every sample: the device agrees with the CPU, forward and backward.
  @Suite struct VulkanOpTests {
    /// Ops of the catalog's samples that have no shader, each with the reason.
    private static let withoutShader: [String: String] = [
      "to": "float64 stays on the CPU", "rand": "float64 stays on the CPU",
    ]

    @Test func `results and gradients are the CPU's`() throws {
      let device = Engine(backend: try TestDevice.shared())
      let host = Engine(backend: CPUBackend(threadCount: 2))
      for op in OpAgreement.ops {
        for sample in op.samples {
          let outcomes = try [device, host].map { try OpAgreement.outcome(of: sample, on: $0) }
          for (index, (got, wanted)) in zip(outcomes[0], outcomes[1]).enumerated() {
            #expect(
              OpAgreement.relativeError(got, wanted) <= 4e-6, "\(sample.op), value \(index), \(sample.inputs)"
            )
          }
          #expect(outcomes[0].count == outcomes[1].count)
        }
      }
      #expect(device.fallbacks.filter { Self.withoutShader[$0.key] == nil } == [:])
    }

    @Test(arguments: [true, false])
    func `rows are the CPU's and repeatable, whether subgroups add them or shared memory does`(
      bySubgroups: Bool
    )
      throws
    {
      let backend = try TestDevice.shared()
      // A device without the one variant runs the other twice.
      backend.usesSubgroups = bySubgroups && backend.device.hasSubgroupSums
      defer { backend.usesSubgroups = backend.device.hasSubgroupSums }
      let samples = [
        OpSample(Softmax(axis: -1), .init([37, 1001], -5...5)),
        OpSample(LogSoftmax(axis: -1), .init([5, 70], -5...5)),
        OpSample(LayerNorm(), .init([300, 96], -1.5...2.5), .init([96], 0.9...1.1), .init([96])),
        OpSample(LayerNorm(), .init([3, 3073])), OpSample(Sum(dims: [1]), .init([700, 50])),
        OpSample(Sum(), .init([3, 70_001])), OpSample(Mean(dims: [-1]), .init([2, 9])),
      ]
      for sample in samples {
        let wanted = try OpAgreement.outcome(of: sample, on: Engine(backend: CPUBackend(threadCount: 2)))
        let device = Engine(backend: backend)
        let results = try OpAgreement.outcome(of: sample, on: device)
        for (index, (got, wanted)) in zip(results, wanted).enumerated() {
          #expect(OpAgreement.relativeError(got, wanted) <= 4e-6, "\(sample.op), value \(index)")
        }
        #expect(try OpAgreement.outcome(of: sample, on: device) == results, "\(sample.op)")
        #expect(device.fallbacks == [:])
      }
      #expect(backend.instance.messages == [])
    }

    @Test(arguments: [DType.bfloat16, .float16])
    func `in 16 bits results and gradients are the CPU's, but for a last place where float32 sums differ`(
      dtype: DType
    ) throws {
      let device = Engine(backend: try TestDevice.shared())
      let host = Engine(backend: CPUBackend(threadCount: 2))
      var count = 0
      for op in OpAgreement.ops {
        for sample in op.samples {
          // Such as interpolate, which autocast runs in float32.
          guard let wanted = try? OpAgreement.outcome(of: sample, on: host, dtype) else { continue }
          let results = try OpAgreement.outcome(of: sample, on: device, dtype)
          for (index, (got, wanted)) in zip(results, wanted).enumerated() {
            #expect(
              places(between: got, wanted, dtype) <= 1, "\(sample.op), value \(index), \(sample.inputs)")
            count += 1
          }
          #expect(results.count == wanted.count)
        }
      }
      #expect(count > 200)
      #expect(device.fallbacks.filter { Self.withoutShader[$0.key] == nil } == [:])
    }
  }
}
