import Testing

@testable import TesseraTensor

/// Values that are made again instead of kept, and gradients that are written over what was kept.
@Suite struct RecipeTests {
  private let engine = Engine(backend: CPUBackend(threadCount: 2))

  private func leaf(_ shape: Shape, seed: UInt64) throws -> Tensor {
    let tensor = try engine.noise(shape, -1...1, .float32, seed: seed)
    try tensor.setRequiresGradient(true)
    return tensor
  }

  @Test func `a value made again is not kept and gives the same bits`() throws {
    func run(_ remade: Bool) throws -> (saved: Int, gradient: [Float]) {
      let (x, weight) = (try leaf([8, 16], seed: 1), try leaf([4, 16], seed: 2))
      let hidden = try remade ? engine.remaking(.activations) { try x.gelu() } : x.gelu()
      let y = try hidden.linear(weight, nil)
      let saved = engine.ledger.savedBytes
      try y.backward(seed: engine.ones(y.shape))
      return try (saved, [x, weight].flatMap { try $0.gradient?.floats() ?? [] })
    }
    let (kept, remade) = (try run(false), try run(true))
    #expect(kept.gradient == remade.gradient)
    #expect(kept.saved - remade.saved == 8 * 16 * 4)
  }

  @Test func `a recipe may be made of what another one makes, views included`() throws {
    func gradient(_ remade: Bool) throws -> [Float] {
      let (x, weight) = (try leaf([3, 6], seed: 3), try leaf([5, 3], seed: 4))
      let make = { try x.layerNorm(nil, nil, epsilon: 1e-5).gelu().transposed(0, 1) }
      let y = try (remade ? engine.remaking(.activations, make) : make()).linear(weight, nil)
      try y.backward(seed: engine.ones(y.shape))
      return try [x, weight].flatMap { try $0.gradient?.floats() ?? [] }
    }
    #expect(try gradient(false) == gradient(true))
  }

  @Test func `without gradients nothing remembers how it was made`() throws {
    let x = try leaf([64], seed: 5)
    let entry = engine.ledger.liveBytes
    let y = try engine.withoutGradients { try engine.remaking(.activations) { try x.gelu().gelu() } }
    #expect(engine.ledger.liveBytes - entry == y.storage.byteCount)
  }

  @Test func `a gradient is not written over a map that somebody still holds`() throws {
    let (x, shortcut) = (try leaf([1, 4, 3, 3, 3], seed: 6), try leaf([1, 4, 3, 3, 3], seed: 7))
    let held = try engine.run(MultiplyScalar(by: 2), x.channelsLast())
    let before = try held.floats()
    let y = try engine.run(ResidualNorm(normalizesShortcut: true), held, shortcut)
    try y.backward(seed: engine.ones(y.shape))
    #expect(try held.floats() == before)
  }

  @Test func `a second backward through a graph that was written over says so`() throws {
    let (x, shortcut) = (try leaf([1, 4, 3, 3, 3], seed: 8), try leaf([1, 4, 3, 3, 3], seed: 9))
    let y = try engine.run(ResidualNorm(normalizesShortcut: true), x, shortcut)
    try y.backward(seed: engine.ones(y.shape))
    #expect(throws: TensorError.self) { try y.backward(seed: engine.ones(y.shape)) }
  }

  /// More planes than are copied at a time, lines of either kind of product, and two dimensions.
  @Test(arguments: [[2, 9, 19, 3, 5], [1, 12, 9, 2, 17], [2, 8, 5, 6]] as [Shape])
  func `a convolution over what it reads has the bits of one beside it`(shape: Shape) throws {
    let x = try engine.noise(shape, -1...1, .float32, seed: 10).channelsLast()
    let kernel = [Int](repeating: 3, count: shape.rank - 2)
    let weight = try engine.noise(Shape([shape[1], shape[1]] + kernel), -1...1, .float32, seed: 11)
    let op = ConvolutionTranspose(ConvolutionGeometry(padding: [1]), outputShape: shape)
    let beside = try engine.run(op, x, weight).floats()
    #expect(try engine.run(op, [x, weight], over: [x])[0].floats() == beside)
  }

  @Test func `a joined convolution takes the place of a map that is made again, and of no other`() throws {
    func run(_ remade: Bool) throws -> (values: [Float], gradients: [Float], peak: Int) {
      let (x, skip) = (try leaf([1, 9, 10, 4, 16], seed: 12), try leaf([1, 9, 10, 4, 16], seed: 13))
      let weights = [try leaf([9, 18, 3, 3, 3], seed: 14), try leaf([9, 18, 1, 1, 1], seed: 15)]
      let copies = try [x, skip].map { try $0.channelsLast() }
      let recorder = engine.ledger.startRecording()
      let make = { try engine.run(MultiplyScalar(by: 2), copies[0]) }
      let results = try engine.run(
        JoinedConvolution(),
        consuming: [remade ? engine.remaking(.activations, make) : make(), copies[1]] + weights,
        placing: 1, over: 0)
      let peak = (recorder.events.map(\.liveBytes).max() ?? 0) - recorder.liveBytesAtStart
      engine.ledger.stop(recorder)
      let sum = try results[0] * results[1]
      try sum.backward(seed: engine.ones(sum.shape))
      let gradients = try ([x, skip] + weights).flatMap { try $0.gradient?.floats() ?? [] }
      return (try results.flatMap { try $0.floats() }, gradients, peak)
    }
    let (kept, remade) = (try run(false), try run(true))
    #expect(kept.values == remade.values && kept.gradients == remade.gradients)
    #expect(kept.peak - remade.peak == 9 * 10 * 4 * 16 * 4)
    #expect(engine.ledger.addsUp)
  }

  @Test func `a projected block keeps no map of its own and gives what its parts give`() throws {
    func run(_ whole: Bool) throws -> (saved: Int, values: [Float]) {
      let (main, shortcut) = (try leaf([1, 9, 7, 6, 5], seed: 16), try leaf([1, 9, 7, 6, 5], seed: 17))
      let (weight, bias) = (try leaf([3, 9, 1, 1, 1], seed: 18), try leaf([3], seed: 19))
      let maps = try [main, shortcut].map { try $0.channelsLast() }
      let y =
        try whole
        ? engine.run(ProjectedResidualNorm(normalizesShortcut: true), maps + [weight, bias])[0]
        : engine.run(Convolution(), engine.run(ResidualNorm(normalizesShortcut: true), maps)[0], weight, bias)
      let saved = engine.ledger.savedBytes
      try y.backward(seed: engine.noise(y.shape, -1...1, .float32, seed: 20))
      return try (
        saved,
        [y.detached()].flatMap { try $0.floats() }
          + [main, shortcut, weight, bias].flatMap { try $0.gradient?.floats() ?? [] }
      )
    }
    let (parts, whole) = (try run(false), try run(true))
    #expect(parts.saved - whole.saved == 9 * 7 * 6 * 5 * 4)
    let scale = parts.values.map(abs).max() ?? 1
    #expect(zip(parts.values, whole.values).allSatisfy { abs($0 - $1) <= 1e-5 * scale })
  }
}
