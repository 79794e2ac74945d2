import Testing

@testable import TesseraTensor

/// Products, convolutions, norms and resampling over all their samples.
@Suite struct ProductOpTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let sample: OpSample
    var testDescription: String { "\(sample.op) \(sample.inputs.map { "\($0.shape)" })" }
  }
  static let cases: [Case] = {
    let ops: [any Op.Type] = [
      MatMul.self, Linear.self, Convolution.self, NormalizedConvolution.self, JoinedConvolution.self,
      ConvolutionTranspose.self, Softmax.self, LogSoftmax.self, LayerNorm.self, InstanceNorm.self,
      ResidualNorm.self, ProjectedResidualNorm.self, Interpolate.self, WindowAttention.self,
    ]
    return ops.flatMap { $0.samples.map { Case(sample: $0) } }
  }()

  @Test(arguments: cases)
  func `a gradient is the slope of its op`(_ example: Case) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let inputs = try engine.inputs(example.sample, .float64)
    let output = try engine.run(example.sample.op, inputs)[0]
    let seed = try engine.noise(output.shape, -1...1, .float64, seed: 99)
    try output.backward(seed: seed)
    let weights = try seed.doubles()
    func loss(_ inputs: [Tensor]) throws -> Double {
      try zip(engine.run(example.sample.op, inputs)[0].doubles(), weights).map(*).reduce(0, +)
    }
    for (position, input) in inputs.enumerated() {
      let gradient = try #require(input.gradient).doubles()
      let values = try input.doubles()
      for element in stride(from: 0, to: values.count, by: max(1, values.count / 7)) {
        let slopes = try [1e-5, -1e-5].map { step in
          var moved = values
          moved[element] += step
          var others = inputs
          others[position] = try engine.tensor(moved, input.shape, dtype: .float64)
          return try engine.withoutGradients { try loss(others) }
        }
        let slope = (slopes[0] - slopes[1]) / 2e-5
        #expect(abs(slope - gradient[element]) <= 1e-6 * max(1, abs(slope)), "input \(position)[\(element)]")
      }
    }
  }

  @Test(arguments: cases)
  func `float32 follows float64`(_ example: Case) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let (narrow, wide) = (
      try engine.trace(example.sample, .float32), try engine.trace(example.sample, .float64)
    )
    for (index, (a, b)) in zip(narrow, wide).enumerated() {
      let scale = b.map(abs).max() ?? 1
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(scale, 1e-3) }, "tensor \(index)")
    }
  }

  @Test(arguments: cases)
  func `bits do not depend on the number of threads`(_ example: Case) throws {
    let traces = try [1, 2, 3].map { threads in
      try Engine(backend: CPUBackend(threadCount: threads)).trace(example.sample, .float32)
    }
    #expect(traces[0] == traces[1])
    #expect(traces[0] == traces[2])
  }

  @Test(arguments: cases)
  func `the graph holds what the op keeps and not a byte more`(_ example: Case) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    let inputs = try engine.inputs(example.sample, .float32)
    let output = try engine.run(example.sample.op, inputs)[0]
    let op = example.sample.op
    let results = try op.results(of: inputs.map(\.spec))
    let expected = Set(op.keeps(needs: inputs.map { _ in true })).map { kept in
      switch kept {
      case .input(let index): inputs[index].spec.byteCount
      case .result(let index): results[index].byteCount
      }
    }
    #expect(engine.ledger.savedBytes == expected.reduce(0, +))
    withExtendedLifetime(output) {}
  }
}

extension Engine {
  /// Uniform values from a fixed seed, the same in every type.
  func noise(_ shape: Shape, _ range: ClosedRange<Double>, _ dtype: DType, seed: UInt64) throws -> Tensor {
    var state = seed
    let values = (0..<shape.count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let unit = Double(state >> 40) / Double(1 << 24)
      return Double(Float(range.lowerBound + unit * (range.upperBound - range.lowerBound)))
    }
    return try tensor(values, shape, dtype: dtype)
  }

  /// A sample's inputs as leaves that collect gradients.
  func inputs(_ sample: OpSample, _ dtype: DType) throws -> [Tensor] {
    try sample.inputs.enumerated().map { index, input in
      var tensor = try noise(input.shape, input.range, dtype, seed: UInt64(index + 1))
      if input.channelsLast { tensor = try run(Copy(order: .channelsLast), tensor) }
      try tensor.setRequiresGradient(true)
      return tensor
    }
  }

  /// The output of a sample and the gradients of its inputs.
  func trace(_ sample: OpSample, _ dtype: DType) throws -> [[Double]] {
    let inputs = try inputs(sample, dtype)
    let output = try run(sample.op, inputs)[0]
    try output.backward(seed: noise(output.shape, -1...1, dtype, seed: 99))
    return try [output.doubles()] + inputs.map { try $0.gradient?.doubles() ?? [] }
  }
}
