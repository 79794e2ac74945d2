import Testing

@testable import TesseraTensor

/// A GELU and a dropout as one op, beside the two.
@Suite struct GeluDropoutTests {
  private struct Run {
    let result: [Double]
    let gradient: [Double]
    let saved: Int
    let peak: Int
  }

  private func run(_ dtype: DType, threads: Int = 2, _ body: (Tensor) throws -> Tensor) throws -> Run {
    let engine = Engine(backend: CPUBackend(threadCount: threads))
    engine.random = RandomState(seed: 11)
    // More than one slab, and an end that fills no chunk of the mask.
    let x = try engine.uniform([3, 7, 5000], low: -4, high: 4).cast(to: dtype).detached()
    try x.setRequiresGradient(true)
    let weights = try engine.uniform(x.shape, low: -1, high: 1).cast(to: dtype)
    let recorder = engine.ledger.startRecording()
    let y = try engine.inLayer("drop") { try body(x) }
    let saved = engine.ledger.savedBytes
    let values = try y.doubles()
    try y.backward(seed: weights)
    engine.ledger.stop(recorder)
    let peak = recorder.events.map(\.liveBytes).max() ?? 0
    let gradient = try #require(x.gradient).doubles()
    return Run(result: values, gradient: gradient, saved: saved, peak: peak)
  }

  @Test(arguments: [DType.float32, .float64])
  func `the same elements fall and the others have the same bits`(_ dtype: DType) throws {
    let fused = try run(dtype) { try $0.geluDropout(0.3) }
    let parts = try run(dtype) { try $0.gelu().dropout(0.3) }
    #expect(fused.result == parts.result && fused.gradient == parts.gradient)
    #expect(abs(Double(fused.result.count { $0 == 0 }) / 105_000 - 0.3) < 0.01)
    // The input, which the mask and the gelu's result no longer stand beside.
    #expect(fused.saved == 105_000 * dtype.byteCount)
    #expect(fused.saved + 105_000 == parts.saved && fused.peak < parts.peak)
  }

  @Test(arguments: [DType.bfloat16, .float16])
  func `16-bit values are rounded once`(_ dtype: DType) throws {
    let fused = try run(dtype) { try $0.geluDropout(0.3) }
    let parts = try run(dtype) { try $0.gelu().dropout(0.3) }
    let tolerance = dtype == .bfloat16 ? 0.02 : 0.003
    for (a, b) in [(fused.result, parts.result), (fused.gradient, parts.gradient)] {
      #expect(zip(a, b).allSatisfy { ($0 == 0) == ($1 == 0) && abs($0 - $1) <= tolerance * max(1, abs($1)) })
    }
  }

  @Test func `neither threads nor making it again change a bit`() throws {
    let plain = try run(.float32, threads: 1) { try $0.geluDropout(0.1) * 2 }
    let remade = try run(.float32) { x in
      let hidden = try x.engine.remaking(.activations) { try x.geluDropout(0.1) }
      return try hidden * 2
    }
    #expect(plain.result == remade.result && plain.gradient == remade.gradient)
    let checkpointed = try run(.float32) { x in try x.engine.checkpoint { try x.geluDropout(0.1) * 2 } }
    #expect(plain.gradient == checkpointed.gradient)
  }
}
