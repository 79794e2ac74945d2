import Testing

@testable import TesseraTensor

/// The five-second tour: creation, an op, a gradient, a checkpoint, the ledger.
@Suite struct TinyTests {
  let engine = Engine(backend: CPUBackend(threadCount: 2))

  @Test func `adding broadcasts and keeps nothing`() throws {
    let a = try engine.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    let b = try engine.tensor([10, 20, 30], [3])
    #expect(try engine.run(Add(), a, b).doubles() == [11, 22, 33, 14, 25, 36])
    #expect(engine.ledger.savedBytes == 0)
  }

  @Test func `a gradient reaches a leaf that is used three times`() throws {
    let x = try engine.ones([2, 2])
    try x.setRequiresGradient(true)
    let y = try engine.run(Add(), engine.run(Add(), x, x), x)
    try y.backward(seed: engine.ones([2, 2]))
    #expect(try x.gradient?.doubles() == [3, 3, 3, 3])
    #expect(x.gradient?.storage.category == .gradient)
  }

  @Test func `the ledger returns to zero and adds up`() throws {
    do {
      let x = try engine.ones([16, 16])
      try x.setRequiresGradient(true)
      let y = try engine.checkpoint { try engine.run(Add(), x, x) }
      try y.backward(seed: engine.ones([16, 16]))
      #expect(engine.ledger.addsUp)
      #expect(engine.ledger.liveBytes > 0)
    }
    #expect(engine.ledger.liveBytes == 0)
    #expect(engine.ledger.entries.isEmpty)
  }

  @Test func `an allocation over the budget is refused before anything is touched`() throws {
    engine.ledger.budget = 1000
    let before = engine.ledger.liveBytes
    #expect(throws: TensorError.self) { try engine.ones([1000]) }
    #expect(engine.ledger.liveBytes == before)
  }
}
