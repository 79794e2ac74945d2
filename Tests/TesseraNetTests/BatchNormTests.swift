import TesseraNet
import TesseraTensor
import Testing

/// Batch norm beside sums written out in doubles, in training and evaluation, with and without recomputation.
@Suite struct BatchNormTests {
  /// What the definition gives, one channel at a time.
  private struct Reference {
    var means: [Double] = []
    var variances: [Double] = []
    var values: [Double]

    init(_ x: [Double], _ shape: [Int], weight: [Double], bias: [Double], epsilon: Double) {
      let (channels, volume) = (shape[1], shape.dropFirst(2).reduce(1, *))
      values = x
      for channel in 0..<channels {
        let places = x.indices.filter { $0 / volume % channels == channel }
        let mean = places.map { x[$0] }.reduce(0, +) / Double(places.count)
        let squares = places.map { (x[$0] - mean) * (x[$0] - mean) }.reduce(0, +)
        for place in places {
          let deviation = (squares / Double(places.count) + epsilon).squareRoot()
          values[place] = (x[place] - mean) / deviation * weight[channel] + bias[channel]
        }
        means.append(mean)
        variances.append(squares / Double(places.count - 1))
      }
    }
  }

  private static let shapes: [Shape] = [
    [4, 3], [2, 3, 5], [2, 3, 4, 5], [2, 3, 3, 2, 4], [1, 3, 3, 2, 4],
  ]

  private func engine(_ dtype: DType = .float64) -> Engine {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.defaultDType = dtype
    engine.random = RandomState(seed: 3)
    return engine
  }

  /// Uniform values of the engine's own type.
  private func input(_ engine: Engine, _ shape: Shape) throws -> Tensor {
    try engine.uniform(shape, low: -1, high: 3, dtype: engine.defaultDType)
  }

  /// A norm of three channels whose weight and bias are no longer 1 and 0.
  private func norm(_ engine: Engine, momentum: Double? = 0.1) throws -> BatchNorm {
    let norm = try BatchNorm(3, momentum: momentum, engine: engine)
    for (name, tensor) in norm.namedParameters {
      try engine.withoutGradients { try tensor.assign(name == "weight" ? [0.5, -1.5, 2] : [1, 0, -0.25]) }
    }
    return norm
  }

  private func values(_ norm: Layer, _ name: String) throws -> [Double] {
    try #require(norm.namedState.first { $0.name == name }).tensor.doubles()
  }

  private func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-9) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  @Test(arguments: shapes, [false, true])
  func `training normalizes by the batch and averages its statistics`(shape: Shape, channelsLast: Bool) throws
  {
    let engine = engine()
    let norm = try norm(engine)
    let rowMajor = try input(engine, shape)
    let x = channelsLast ? try rowMajor.channelsLast() : rowMajor
    let expected = Reference(
      try x.doubles(), shape.extents, weight: [0.5, -1.5, 2], bias: [1, 0, -0.25], epsilon: 1e-5)
    #expect(try near(norm.run([x]).doubles(), expected.values))
    #expect(try near(values(norm, "running_mean"), expected.means.map { 0.1 * $0 }))
    #expect(try near(values(norm, "running_var"), expected.variances.map { 0.9 + 0.1 * $0 }))
    #expect(try values(norm, "num_batches_tracked") == [1])
  }

  @Test func `evaluation uses the averages and leaves them alone`() throws {
    let engine = engine()
    let norm = try norm(engine)
    let x = try input(engine, [2, 3, 4])
    for _ in 0..<3 { _ = try norm.run([x]) }
    let (mean, variance) = (try values(norm, "running_mean"), try values(norm, "running_var"))
    norm.train(false)
    let expected = try x.doubles().enumerated().map { place, value in
      let channel = place / 4 % 3
      return (value - mean[channel]) / (variance[channel] + 1e-5).squareRoot() * [0.5, -1.5, 2][channel]
        + [1, 0, -0.25][channel]
    }
    #expect(try near(norm.run([x]).doubles(), expected))
    #expect(try values(norm, "running_mean") == mean)
    #expect(try values(norm, "num_batches_tracked") == [3])
  }

  @Test func `without a momentum all passes weigh the same`() throws {
    let engine = engine()
    let norm = try norm(engine, momentum: nil)
    let batches = try (0..<3).map { _ in try input(engine, [4, 3, 2]) }
    var sums = [0.0, 0, 0]
    for batch in batches {
      _ = try norm.run([batch])
      let one = Reference(
        try batch.doubles(), [4, 3, 2], weight: [1, 1, 1], bias: [0, 0, 0], epsilon: 1e-5)
      for channel in 0..<3 { sums[channel] += one.variances[channel] / 3 }
    }
    #expect(try near(values(norm, "running_var"), sums))
  }

  @Test(arguments: [true, false])
  func `gradients are slopes, through the batch's statistics too`(isTraining: Bool) throws {
    let engine = engine()
    let norm = try norm(engine)
    norm.train(isTraining)
    let x = try input(engine, [2, 3, 2, 2])
    try x.setRequiresGradient(true)
    let factors = try input(engine, [2, 3, 2, 2])
    try (norm.run([x]) * factors).sum().backward()
    for (name, leaf) in [("x", x)] + norm.namedParameters {
      let gradient = try #require(leaf.gradient).doubles()
      let start = try leaf.doubles()
      for element in start.indices {
        let ends = try [1e-5, -1e-5].map { step in
          var moved = start
          moved[element] += step
          return try engine.withoutGradients {
            try leaf.assign(moved)
            return try (norm.run([x]) * factors).sum().item()
          }
        }
        try engine.withoutGradients { try leaf.assign(start) }
        #expect(abs((ends[0] - ends[1]) / 2e-5 - gradient[element]) <= 1e-6, "\(name) \(element)")
      }
    }
  }

  @Test(arguments: [false, true])
  func `recomputing a pass averages nothing twice, and changes no gradient`(isFused: Bool) throws {
    func step(checkpointed: Bool) throws -> [[Double]] {
      let engine = engine(.float32)
      engine.isFused = isFused
      let norm = try norm(engine)
      let x = try input(engine, [2, 3, 4, 4])
      try x.setRequiresGradient(true)
      let body = { try norm.run([x * x]).gelu() }
      let y = checkpointed ? try engine.checkpoint { try engine.checkpoint(body).gelu() } : try body().gelu()
      try y.sum().backward()
      #expect(engine.recomputedSegments == (checkpointed ? 2 : 0))
      let state = try norm.namedState.map { try $0.tensor.doubles() }
      return try [#require(x.gradient).doubles()] + state
        + norm.namedParameters.map { try #require($0.tensor.gradient).doubles() }
    }
    #expect(try step(checkpointed: true) == step(checkpointed: false))
  }

  @Test func `backward keeps the input once, and the averages cost no copy of it`() throws {
    let engine = engine(.float32)
    let norm = try norm(engine)
    let x = try input(engine, [2, 3, 8, 8, 8]).channelsLast()
    try x.setRequiresGradient(true)
    let before = engine.ledger.liveBytes
    let (y, run) = try engine.record("norm") { try norm.run([x]) }
    let volume = x.spec.byteCount
    #expect(y.savedForBackward().filter { $0.category != .parameter }.map(\.bytes) == [volume, 12, 12])
    #expect(run.report.peakBytes - before < volume + 1024)
  }

  @Test func `a dry pass has the bytes of a real one and moves no average`() throws {
    let reports = try [true, false].map { isDry in
      let engine = engine(.float32)
      let norm = try norm(engine, momentum: nil)
      engine.isDry = isDry
      let x = try input(engine, [2, 3, 8, 8])
      try x.setRequiresGradient(true)
      let run = try engine.record("norm") { try norm.run([x]).sum().backward() }.run
      #expect(try values(norm, "num_batches_tracked") == [isDry ? 0 : 1])
      return [run.report.peakBytes, run.report.forwardEnd?.savedBytes]
    }
    #expect(reports[0] == reports[1])
  }

  @Test func `its state has PyTorch's names`() throws {
    let engine = engine(.float32)
    let names = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    #expect(try BatchNorm(2, engine: engine).namedState.map(\.name) == names)
    let plain = try BatchNorm(2, affine: false, tracksRunningStatistics: false, engine: engine)
    #expect(plain.namedState.isEmpty)
    plain.train(false)
    let x = try engine.tensor([1, 3, 0, 0], [1, 2, 2])
    #expect(try near(plain.run([x]).doubles(), [-1, 1, 0, 0], 1e-4))
  }

  @Test func `sixteen bits stay sixteen bits, with statistics in float32`() throws {
    let engine = engine(.float32)
    let norm = try norm(engine)
    let x = try input(engine, [2, 3, 16])
    let narrow = try x.cast(to: .bfloat16)
    let expected = Reference(
      try narrow.doubles(), [2, 3, 16], weight: [0.5, -1.5, 2], bias: [1, 0, -0.25], epsilon: 1e-5)
    for isTraining in [true, false] {
      norm.train(isTraining)
      let y = try norm.run([narrow])
      #expect(y.dtype == .bfloat16)
      if isTraining { #expect(try near(y.doubles(), expected.values, 1e-2)) }
    }
    #expect(try near(values(norm, "running_mean"), expected.means.map { 0.1 * $0 }, 1e-6))
  }

  static let refused: [(shape: Shape, words: String)] = [
    ([2, 4, 3], "3 channels in dim 1"), ([1, 3, 1, 1], "more than one value per channel"),
    ([0, 3, 2], "more than one value per channel"), ([3], "(N, C, spatial…)"),
  ]

  @Test(arguments: refused)
  func `what does not fit is refused before anything moves`(shape: Shape, words: String) throws {
    let engine = engine(.float32)
    let norm = try norm(engine)
    let error = #expect(throws: TensorError.self) { try norm.run([engine.zeros(shape)]) }
    #expect(error?.message.contains(words) == true)
    #expect(try values(norm, "num_batches_tracked") == [0])
  }

  @Test func `one value a channel is enough for evaluation`() throws {
    let engine = engine(.float32)
    let norm = try norm(engine)
    norm.train(false)
    #expect(try near(norm.run([engine.zeros([1, 3, 1, 1])]).doubles(), [1, 0, -0.25]))
  }
}
