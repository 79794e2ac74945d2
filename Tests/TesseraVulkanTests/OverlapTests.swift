import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// Convolutions whose result lies over a map that they read.
  @Suite struct VulkanOverlapTests {
    /// Maps of one slab and of several, more than one image, two dimensions, and both reaches of a kernel.
    private static let shapes: [Shape] = [
      [2, 5, 7, 3, 4], [2, 8, 21, 30, 31], [1, 8, 190, 201], [1, 9, 3, 180, 70],
    ]

    @Test func `a convolution over what it reads has the bits of one beside it`() throws {
      let engine = Engine(backend: try TestDevice.shared())
      for dtype in [DType.float32, .bfloat16] {
        for shape in Self.shapes {
          let (channels, axes) = (shape[1], shape.rank - 2)
          func map() throws -> Tensor {
            engine.random = RandomState(seed: 6)
            return try engine.run(
              Copy(order: .channelsLast), engine.run(Cast(to: dtype), engine.uniform(shape, low: -1)))
          }
          func weight(_ inputs: Int, _ kernel: Int) throws -> Tensor {
            engine.random = RandomState(seed: 7)
            let extents = [channels, inputs] + [Int](repeating: kernel, count: axes)
            return try engine.uniform(Shape(extents), low: -1)
          }
          let (padded, x, skip) = (ConvolutionGeometry(padding: [1]), try map(), try map())
          let back = ConvolutionTranspose(padded, outputShape: shape)
          let beside = try engine.run(back, x, weight(channels, 3)).floats()
          #expect(
            try engine.run(back, [x, weight(channels, 3)], over: [x])[0].floats() == beside, "\(shape)")
          let (y, pointwise) = (try map(), try weight(2 * channels, 1))
          let joined = try engine.run(JoinedConvolution(), [y, skip, pointwise])[0].floats()
          let over = try engine.run(JoinedConvolution(), [y, skip, pointwise], over: [y])[0].floats()
          #expect(over == joined, "\(shape)")
        }
      }
      #expect(engine.fallbacks == [:])
    }
  }
}
