import Testing

@testable import TesseraTensor

/// Which type an op computes in inside an autocast scope, and what the scope keeps.
@Suite struct AutocastTests {
  private let engine = Engine(backend: CPUBackend(threadCount: 1))

  private func results(
    of example: OpCase, _ dtype: DType, isFused: Bool
  ) throws -> [DType] {
    engine.isFused = isFused
    let inputs = try example.inputs(engine, .float32)
    return try engine.autocast(dtype) { try engine.run(example.op, inputs) }.map(\.dtype)
  }

  @Test(arguments: OpCase.all, [DType.bfloat16, .float16])
  func `only listed ops change their type`(_ example: OpCase, _ dtype: DType) throws {
    let plain = try engine.run(example.op, example.inputs(engine, .float32)).map(\.dtype)
    for isFused in [true, false] {
      let results = try results(of: example, dtype, isFused: isFused)
      switch AutocastRule.rules[example.name] {
      case .lowered: #expect(results.allSatisfy { $0 == dtype })
      case .float32, .widest, nil: #expect(results == plain)
      }
    }
  }

  @Test func `every rule names an op`() {
    let names = Set(opCatalog.map { $0.name })
    for name in AutocastRule.rules.keys { #expect(names.contains(name), "\(name)") }
  }

  @Test func `gradients of parameters have the parameters' type`() throws {
    for isFused in [true, false] {
      engine.isFused = isFused
      for example in OpCase.withParameters {
        let inputs = try example.inputs(engine, .float32)
        let output = try engine.autocast(.bfloat16) { try engine.run(example.op, inputs)[0] }
        try output.backward(seed: engine.ones(output.shape, dtype: output.dtype))
        for input in inputs { #expect(input.gradient?.dtype == .float32) }
      }
    }
  }

  @Test func `a parameter is cast once a scope, and again when it was written to`() throws {
    engine.isFused = false
    let x = try engine.uniform([4, 8])
    let weight = try engine.uniform([8, 8])
    try weight.setRequiresGradient(true)
    var casts = 0
    engine.opObserver = { op, inputs, _ in if op is Cast, inputs[0].shape == [8, 8] { casts += 1 } }
    try engine.autocast(.bfloat16) {
      for _ in 0..<3 { _ = try x.linear(weight, nil) }
      #expect(casts == 1)
      try engine.withoutGradients { try engine.runInPlace(MultiplyScalar(by: 2), [weight], into: weight) }
      _ = try x.linear(weight, nil)
    }
    #expect(casts == 2)
    try engine.autocast(.bfloat16) { _ = try x.linear(weight, nil) }
    #expect(casts == 3)
  }

  @Test func `nothing outlives the scope`() throws {
    engine.isFused = false
    let (x, weight) = (try engine.uniform([4, 8]), try engine.uniform([8, 8]))
    try weight.setRequiresGradient(true)
    let before = engine.ledger.liveBytes
    try engine.autocast(.bfloat16) {
      _ = try x.linear(weight, nil)
      #expect(engine.ledger.liveBytes == before + weight.spec.byteCount / 2)
    }
    #expect(engine.ledger.liveBytes == before)
    #expect(engine.autocastDType == nil)
  }

  @Test func `fused ops read float32 parameters as they are`() throws {
    let (x, weight) = (try engine.uniform([4, 8]), try engine.uniform([8, 8]))
    try weight.setRequiresGradient(true)
    let before = engine.ledger.liveBytes
    let y = try engine.autocast(.bfloat16) { try x.linear(weight, nil) }
    // The result and the map's copy, which the graph keeps.
    #expect(engine.ledger.liveBytes == before + y.spec.byteCount + x.spec.byteCount / 2)
  }

  @Test func `a scope takes 16-bit types only`() {
    for dtype in DType.allCases where dtype != .bfloat16 && dtype != .float16 {
      #expect(throws: TensorError.self) { try engine.autocast(dtype) {} }
    }
  }

  @Test func `a real tensor never meets the copy of a dry run`() throws {
    engine.isFused = false
    let (x, weight) = (try engine.uniform([4, 8]), try engine.uniform([8, 8]))
    try weight.setRequiresGradient(true)
    let y = try engine.autocast(.bfloat16) {
      engine.isDry = true
      _ = try x.linear(weight, nil)
      engine.isDry = false
      return try x.linear(weight, nil)
    }
    #expect(!y.isDry)
  }
}
