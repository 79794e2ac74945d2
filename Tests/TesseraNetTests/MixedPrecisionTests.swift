import TesseraNet
import TesseraTensor
import Testing

/// A step under autocast: what it holds, and how far it moves from float32's.
@Suite struct MixedPrecisionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let size: Int
    let policy: CheckpointPolicy
    /// MB = 10⁶ bytes, from the reference measurements of PyTorch's CPU autocast with bfloat16.
    let totalMB: Double
    let savedMB: Double
    var testDescription: String { "\(size)³, \(policy)" }
  }

  static let rows = [
    Row(size: 64, policy: .off, totalMB: 1539.3, savedMB: 1210.3),
    Row(size: 96, policy: .off, totalMB: 3750.3, savedMB: 3087.7),
    Row(size: 96, policy: .swin, totalMB: 1948.6, savedMB: 915.8),
  ]

  private func measure(
    size: Int, policy: CheckpointPolicy, isFused: Bool, isDry: Bool = true, features: Int = 24
  ) throws -> (peak: Int, saved: Int) {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.isFused = isFused
    engine.isDry = isDry
    let step = try TrainingStep(engine: engine, size: size, features: features)
    step.autocast = .bfloat16
    try step.network.setCheckpoint(policy)
    try step.warmUp()
    return try step.measure()
  }

  @Test(arguments: rows)
  func `with fusion off a dry step saves and peaks as PyTorch's autocast does`(row: Row) throws {
    let (peak, saved) = try measure(size: row.size, policy: row.policy, isFused: false)
    #expect(abs(Double(saved) / 1e6 / row.savedMB - 1) < 0.02, "saved \(Double(saved) / 1e6) MB")
    #expect(abs(Double(peak) / 1e6 / row.totalMB - 1) < 0.05, "peak \(Double(peak) / 1e6) MB")
  }

  static let fusedRows: [(policy: CheckpointPolicy, gibibytes: Double)] = [
    (.off, 1.26), (.swin, 1.0), (.lean, 0.9),
  ]

  @Test(arguments: [0, 1, 2])
  func `fused, a step at 128³ keeps below its figure`(index: Int) throws {
    let (policy, gibibytes) = Self.fusedRows[index]
    let peak = try measure(size: 128, policy: policy, isFused: true).peak
    #expect(Double(peak) / Double(1 << 30) <= gibibytes, "\(policy): \(Double(peak) / Double(1 << 30)) GiB")
  }

  @Test(arguments: [true, false])
  func `a real step has the ledger of a dry one, byte for byte`(isFused: Bool) throws {
    let sizes = try [true, false].map { dry in
      let (peak, saved) = try measure(size: 64, policy: .swin, isFused: isFused, isDry: dry, features: 12)
      return [peak, saved]
    }
    #expect(sizes[0] == sizes[1])
  }

  @Test(arguments: [DType.bfloat16, .float16], [true, false])
  func `the network's output stays near float32's`(dtype: DType, isFused: Bool) throws {
    let outputs = try [nil, dtype].map { dtype in
      let engine = Engine(backend: CPUBackend(threadCount: 2))
      engine.isFused = isFused
      let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
      step.autocast = dtype
      return try engine.withoutGradients { try step.logits().doubles() }
    }
    let scale = outputs[0].map(abs).max() ?? 1
    let error = zip(outputs[0], outputs[1]).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error <= 2e-2 * scale)
    #expect(error > 0)
  }

  /// Every gradient of one step, as bits.
  private func gradients(_ policy: CheckpointPolicy, isFused: Bool) throws -> [[UInt32]] {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.isFused = isFused
    let step = try TrainingStep(engine: engine, size: 64, features: 12) { c in
      c.spatialDimensions = 2
      c.dropRate = 0.1
      c.attentionDropRate = 0.1
      c.dropPathRate = 0.2
    }
    step.autocast = .bfloat16
    try step.network.setCheckpoint(policy)
    try step.forward().backward()
    return try step.network.namedParameters.map { try ($0.tensor.gradient?.floats() ?? []).map(\.bitPattern) }
  }

  @Test(arguments: [CheckpointPolicy.swin, .all, .lean], [true, false])
  func `checkpointed gradients have the same bits, since a replay casts as the first pass did`(
    policy: CheckpointPolicy, isFused: Bool
  ) throws {
    let plain = try gradients(.off, isFused: isFused)
    #expect(plain.allSatisfy { !$0.isEmpty })
    #expect(try gradients(policy, isFused: isFused) == plain)
  }

  @Test func `five steps follow float32's loss`() throws {
    let losses = try [nil, DType.bfloat16].map { dtype in
      let engine = Engine(backend: CPUBackend(threadCount: 2))
      let step = try TrainingStep(engine: engine, size: 64, features: 12) { $0.spatialDimensions = 2 }
      step.autocast = dtype
      step.optimizer.learningRate = 1e-3
      return try (0..<5).map { _ in
        let loss = try step.forward()
        try loss.backward()
        try step.optimizer.step()
        step.optimizer.zeroGradients()
        return try loss.doubles()[0]
      }
    }
    for (wide, narrow) in zip(losses[0], losses[1]) { #expect(abs(wide - narrow) <= 1e-2 * wide) }
    #expect(losses[1][4] < losses[1][0])
  }
}

/// The scale of a loss and what moves it.
@Suite struct GradScalerTests {
  private let engine = Engine(backend: CPUBackend(threadCount: 1))

  private func parameter(_ value: Double) throws -> (Tensor, SGD) {
    let tensor = try engine.tensor([value], [1])
    try tensor.setRequiresGradient(true)
    return (tensor, SGD([("w", tensor)], learningRate: 1))
  }

  @Test func `a step uses unscaled gradients`() throws {
    let (w, optimizer) = try parameter(3)
    let scaler = GradScaler()
    try scaler.scaled(w.sum()).backward()
    #expect(try w.gradient?.doubles() == [65536])
    #expect(try scaler.step(optimizer))
    #expect(try w.doubles() == [2])
  }

  @Test func `an overflow skips the step and halves the scale`() throws {
    let (w, optimizer) = try parameter(3)
    let scaler = GradScaler(initialScale: 8)
    try (scaler.scaled(w.sum()) * .infinity).backward()
    #expect(try !scaler.step(optimizer))
    scaler.update()
    #expect(try w.doubles() == [3])
    #expect(scaler.scale == 4)
  }

  @Test func `the scale doubles after the interval's clean steps, counted from the last overflow`() throws {
    let (w, optimizer) = try parameter(0)
    let scaler = GradScaler(initialScale: 8, growthInterval: 2)
    var scales: [Double] = []
    for factor in [1, .infinity, 1, 1, 1] {
      optimizer.zeroGradients()
      try (scaler.scaled(w.sum()) * factor).backward()
      try scaler.step(optimizer)
      scaler.update()
      scales.append(scaler.scale)
    }
    #expect(scales == [8, 4, 4, 8, 8])
  }

  @Test func `gradients are unscaled once between updates`() throws {
    let (w, optimizer) = try parameter(3)
    let scaler = GradScaler()
    try scaler.scaled(w.sum()).backward()
    try scaler.unscale(optimizer)
    #expect(try w.gradient?.doubles() == [1])
    #expect(throws: TensorError.self) { try scaler.unscale(optimizer) }
    try scaler.step(optimizer)
    #expect(try w.doubles() == [2])
  }

  @Test func `a scaler that is off changes nothing`() throws {
    let (w, optimizer) = try parameter(3)
    let scaler = GradScaler(isEnabled: false)
    try scaler.scaled(w.sum()).backward()
    try scaler.step(optimizer)
    scaler.update()
    #expect(try w.doubles() == [2])
    #expect(scaler.scale == 65536)
  }
}
