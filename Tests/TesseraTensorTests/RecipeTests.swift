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
      let hidden = try remade ? engine.remaking { try x.gelu() } : x.gelu()
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
      let y = try (remade ? engine.remaking(make) : make()).linear(weight, nil)
      try y.backward(seed: engine.ones(y.shape))
      return try [x, weight].flatMap { try $0.gradient?.floats() ?? [] }
    }
    #expect(try gradient(false) == gradient(true))
  }

  @Test func `without gradients nothing remembers how it was made`() throws {
    let x = try leaf([64], seed: 5)
    let entry = engine.ledger.liveBytes
    let y = try engine.withoutGradients { try engine.remaking { try x.gelu().gelu() } }
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
}
