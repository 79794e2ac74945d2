import TesseraNet
import TesseraTensor
import Testing

/// Checkpointing changes memory and time, and nothing else.
@Suite struct CheckpointTests {
  /// Every gradient of one step, as bits.
  private func gradients(
    _ policy: CheckpointPolicy, fused: Bool = false, drops: Bool = true
  ) throws -> [[UInt32]] {
    let engine = Engine.unfused()
    engine.isFused = fused
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { c in
      c.spatialDimensions = 2
      guard drops else { return }
      c.dropRate = 0.1
      c.attentionDropRate = 0.1
      c.dropPathRate = 0.2
    }
    try step.network.setCheckpoint(policy)
    try step.forward().backward()
    return try step.network.namedParameters.map { try ($0.tensor.gradient?.floats() ?? []).map(\.bitPattern) }
  }

  @Test(
    arguments: [
      CheckpointPolicy.swin, .masks, .all, .lean, .names(["encoder1", "swinViT.layers1.*", "decoder*"]),
    ],
    [false, true])
  func `gradients are bit-identical with dropout and drop path on`(policy: CheckpointPolicy, fused: Bool)
    throws
  {
    let plain = try gradients(.off, fused: fused)
    #expect(plain.allSatisfy { !$0.isEmpty })
    #expect(try gradients(policy, fused: fused) == plain)
  }

  @Test func `window chunks give the same gradients to rounding`() throws {
    let (whole, chunked) = (try gradients(.swin, drops: false), try gradients(.chunks, drops: false))
    #expect(whole != chunked)
    for (a, b) in zip(whole, chunked) {
      let (a, b) = (a.map(Float.init(bitPattern:)), b.map(Float.init(bitPattern:)))
      let scale = a.map(abs).max() ?? 0
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * scale })
    }
  }

  @Test func `masks made again and window chunks each lower an unfused peak`() throws {
    let peaks = try [CheckpointPolicy.swin, .masks, .chunks].map { policy in
      let engine = Engine.unfused()
      engine.isDry = true
      let step = try TrainingStep(engine: engine, size: 128)
      try step.network.setCheckpoint(policy)
      try step.warmUp()
      return try step.measure().peak
    }
    #expect(peaks[1] < peaks[0] && peaks[2] < peaks[1], "\(peaks)")
  }

  @Test func `a value that is kept instead of made again changes bytes and no bit`() throws {
    func step(_ remade: Set<RemadeValue>) throws -> (saved: Int, gradients: [[UInt32]]) {
      let engine = Engine(backend: CPUBackend(threadCount: 2))
      engine.remade = remade
      let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
      let loss = try step.forward()
      let saved = engine.ledger.savedBytes
      try loss.backward()
      return (
        saved,
        try step.network.namedParameters.map {
          try ($0.tensor.gradient?.floats() ?? []).map(\.bitPattern)
        }
      )
    }
    let all = try step(Set(RemadeValue.allCases))
    for value in RemadeValue.allCases {
      let kept = try step(Set(RemadeValue.allCases).subtracting([value]))
      #expect(kept.saved > all.saved, "\(value)")
      #expect(kept.gradients == all.gradients, "\(value)")
    }
  }

  @Test func `the Swin policy recomputes two segments a block`() throws {
    let engine = Engine.unfused()
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
    try step.network.setCheckpoint(.swin)
    try step.forward().backward()
    #expect(engine.recomputedSegments == 16)
  }

  @Test func `checkpointing does nothing where gradients are off`() throws {
    let engine = Engine.unfused()
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
    try step.network.setCheckpoint(.all)
    try engine.withoutGradients { _ = try step.forward() }
    #expect(engine.recomputedSegments == 0)
    #expect(engine.ledger.savedBytes == 0)
  }

  @Test func `a name that matches no layer is refused`() throws {
    let engine = Engine.unfused()
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
    #expect(throws: TensorError.self) { try step.network.setCheckpoint(.names(["encoder7"])) }
  }

  @Test func `a segment whose input is used three times adds its gradient in the same order`() throws {
    let engine = Engine.unfused()
    func gradient(_ checkpointed: Bool) throws -> [Double] {
      engine.random = RandomState(seed: 1)
      let x = try engine.uniform([64])
      try x.setRequiresGradient(true)
      let body = { () throws -> Tensor in try (x * x).gelu() + x.sigmoid() * x }
      let y = checkpointed ? try engine.checkpoint { try engine.checkpoint(body).gelu() } : try body().gelu()
      try y.sum().backward()
      return try x.gradient?.doubles() ?? []
    }
    #expect(try gradient(true) == gradient(false))
  }

  @Test func `the ledger returns to its start after a step and after an error in a segment`() throws {
    let engine = Engine.unfused()
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
    try step.network.setCheckpoint(.all)
    try step.warmUp()
    let before = engine.ledger.liveBytes
    let peaks = try (0..<3).map { _ in try step.measure().peak }
    #expect(Set(peaks).count == 1)
    #expect(engine.ledger.liveBytes == before)
    engine.ledger.budget = before + 3_000_000
    #expect(throws: TensorError.self) { try step.run() }
    engine.ledger.budget = nil
    step.optimizer.zeroGradients()
    #expect(engine.ledger.liveBytes == before)
    #expect(engine.ledger.addsUp)
  }
}
