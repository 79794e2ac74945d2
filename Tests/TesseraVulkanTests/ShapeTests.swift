import TesseraVulkan
import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// Shapes that shaders could trip over: odd extents, few and many channels, nothing at all, more than a descriptor reaches.
  @Suite struct VulkanShapeTests {
    /// Results and gradients of a sample in one type.
    private func outcome(_ sample: OpSample, on engine: Engine, _ dtype: DType) throws -> [[Double]] {
      let inputs = try OpAgreement.inputs(of: sample, on: engine, dtype)
      let result = try engine.run(sample.op, inputs)[0]
      let host = Engine(backend: CPUBackend(threadCount: 1))
      let spec = TensorSpec(result.shape, .float32)
      let seed = try host.run(
        RandomUniform(spec, low: -1, high: 1, stream: RandomStream(seed: 3, stream: 3)), [])[0]
      try result.backward(seed: engine.tensor(seed.doubles(), result.shape, dtype: dtype))
      return try [result.doubles()] + inputs.map { try $0.gradient?.doubles() ?? [] }
    }

    /// The ops of a network on a volume of odd extents.
    private static func samples(channels: Int) -> [OpSample] {
      let map: Shape = [1, channels, 5, 7, 3]
      let heads = channels % 3 == 0 ? 3 : 2
      let padded = ConvolutionGeometry(padding: [1])
      return [
        OpSample(
          Convolution(padded), .init(map, channelsLast: true), .init([5, channels, 3, 3, 3]), .init([5])),
        OpSample(
          Convolution(padded), .init([1, 2, 5, 7, 3], channelsLast: true), .init([channels, 2, 3, 3, 3])),
        OpSample(
          Convolution(ConvolutionGeometry(stride: [2])), .init(map, channelsLast: true),
          .init([channels, channels, 2, 2, 2])),
        OpSample(
          ConvolutionTranspose(ConvolutionGeometry(stride: [2])), .init(map, channelsLast: true),
          .init([channels, 3, 2, 2, 2])),
        OpSample(
          NormalizedConvolution(padded), .init(map, channelsLast: true), .init([3, channels, 3, 3, 3])),
        OpSample(
          ResidualNorm(normalizesShortcut: true), .init(map, channelsLast: true),
          .init(map, channelsLast: true)
        ),
        OpSample(
          ProjectedResidualNorm(normalizesShortcut: channels != 4), .init(map, channelsLast: true),
          .init(map, channelsLast: true), .init([channels == 3 ? 17 : 2, channels, 1, 1, 1]),
          .init([channels == 3 ? 17 : 2])),
        OpSample(
          Linear(), .init([1, 5, 7, 3, channels]), .init([3 * channels, channels]), .init([3 * channels])),
        OpSample(LayerNorm(), .init([5, 7, channels]), .init([channels]), .init([channels])),
        OpSample(
          WindowAttention(heads: heads, window: [4, 4, 4], shift: [2, 2, 2]),
          .init([1, 5, 7, 3, 3 * channels]),
          .init([343, heads]), .init([3 * channels])),
      ]
    }

    @Test func `odd volumes of 3, 4, 24 and 48 channels have float64's results and gradients`() throws {
      let device = Engine(backend: try TestDevice.shared())
      let host = Engine(backend: CPUBackend(threadCount: 2))
      for channels in [3, 4, 24, 48] {
        for sample in Self.samples(channels: channels) {
          let got = try outcome(sample, on: device, .float32)
          let wanted = try outcome(sample, on: host, .float64)
          for (index, (got, wanted)) in zip(got, wanted).enumerated() {
            #expect(
              OpAgreement.relativeError(got, wanted) <= 2e-5,
              "\(sample.op), \(channels) channels, value \(index)")
          }
        }
      }
      #expect(device.fallbacks == [:])
    }

    /// Ops on tensors of which some axis is empty.
    private static let empty = [
      OpSample(Add(), .init([0, 3]), .init([3])), OpSample(Gelu(), .init([2, 0])),
      OpSample(Sum(), .init([0, 4])), OpSample(Sum(dims: [0]), .init([0, 4])),
      OpSample(Sum(dims: [1]), .init([0, 4])),
      OpSample(MatMul(), .init([3, 0]), .init([0, 2])), OpSample(MatMul(), .init([0, 3]), .init([3, 2])),
      OpSample(Linear(), .init([0, 4]), .init([3, 4]), .init([3])),
      OpSample(Softmax(axis: -1), .init([0, 4])),
      OpSample(LayerNorm(), .init([0, 4]), .init([4]), .init([4])),
      OpSample(Concatenate(dim: 0), .init([0, 3]), .init([2, 3])),
      OpSample(Copy(order: .rowMajor), .init([3, 0])),
      OpSample(Pad([0, 0, 1, 1]), .init([0, 2])),
    ]

    @Test func `empty tensors are the CPU's`() throws {
      let device = Engine(backend: try TestDevice.shared())
      let host = Engine(backend: CPUBackend(threadCount: 2))
      for dtype in [DType.float32, .bfloat16] {
        for sample in Self.empty {
          let outcomes = try [device, host].map { try outcome(sample, on: $0, dtype) }
          #expect(outcomes[0] == outcomes[1], "\(sample.op), \(dtype)")
        }
      }
      #expect(device.fallbacks == [:])
    }

    @Test func `long axes are reduced whole, whatever their type`() throws {
      let engine = Engine(backend: try TestDevice.shared())
      let (rows, count) = (2, 200_000)
      let x = try engine.run(Fill(TensorSpec([rows, count], .bool), value: 1))
      #expect(try engine.run(Sum(dims: [1]), x).integers() == [count, count])
      #expect(try engine.run(AllTrue(), x).integers() == [1])
      try x.sliced(dim: 1, start: count - 1).assign([0, 1])
      #expect(try engine.run(Sum(), x).integers() == [2 * count - 1])
      #expect(try engine.run(AllTrue(dims: [1]), x).integers() == [0, 1])
      let deep = try engine.full([3, 1 << 17], 0.5)
      #expect(try engine.run(MatMul(), deep, deep.transposed(0, 1)).doubles().allSatisfy { $0 == 32768 })
      let values = try engine.full([300_000], 0.5)
      try values.sliced(dim: 0, start: 150_000, stop: 150_001).assign([.nan])
      try values.sliced(dim: 0, start: 299_999).assign([.nan])
      #expect(try engine.run(Argmax(), values).integers() == [150_000])
      #expect(engine.fallbacks == [:])
    }

    @Test func `a tensor of more than 128 MiB is computed with to its end`() throws {
      let engine = Engine(backend: try TestDevice.shared())
      let count = (130 << 20) / 4 + 5
      let x = try engine.full([count], 0.5)
      try x.sliced(dim: 0, start: count - 1).assign([3])
      let y = try engine.run(Square(), x)
      #expect(try y.sliced(dim: 0, start: count - 2).doubles() == [0.25, 9])
      // Sums of equal powers of two are exact in float32 where they stay below 2²⁴ units.
      #expect(try engine.run(Argmax(), x).integers() == [count - 1])
      #expect(try abs(y.sum().item() / (0.25 * Double(count - 1) + 9) - 1) < 1e-6)
      #expect(engine.fallbacks == [:])
    }
  }
}
