import TesseraNet
import TesseraTensor
import Testing

/// What the ledger says of a step does not depend on whether bytes exist, on what else is alive, or on the order in
/// which things were tried.
@Suite(.slow) struct LedgerTruthTests {
  struct Step: Sendable, CustomTestStringConvertible {
    let name: String
    let sides: [Int]
    let policy: CheckpointPolicy
    var isFused = false
    var configure: @Sendable (inout SwinUNETRConfiguration) -> Void = { _ in }
    var testDescription: String { "\(name), \(policy), \(isFused ? "fused" : "unfused")" }

    func make(dry: Bool = false, engine: Engine = .unfused()) throws -> TrainingStep {
      engine.isFused = isFused
      engine.isDry = dry
      let step = try TrainingStep(engine: engine, sides: sides, features: 12) { configuration in
        configuration.spatialDimensions = sides.count
        configure(&configuration)
      }
      try step.network.setCheckpoint(policy)
      return step
    }
  }

  /// The policies, and names as a script gives them.
  static let policies: [CheckpointPolicy] = [
    .off, .swin, .all, .names(["encoder1", "swinViT.layers2.*", "decoder*"]),
  ]

  static let flat = policies.flatMap { policy in
    [false, true].map { Step(name: "2-D", sides: [64, 64], policy: policy, isFused: $0) }
  }

  static let variants: [Step] = [
    Step(name: "2-D, use_v2", sides: [96, 64], policy: .off) { $0.useV2 = true },
    Step(name: "2-D, use_v2", sides: [96, 64], policy: .all) { $0.useV2 = true },
    Step(name: "2-D, patch_norm, window 4", sides: [64, 96], policy: .swin) {
      ($0.patchNorm, $0.windowSize) = (true, [4])
    },
    Step(name: "3-D, use_v2", sides: [64, 32, 32], policy: .swin) { $0.useV2 = true },
    Step(name: "3-D, dropouts", sides: [64, 32, 32], policy: .all, isFused: true) {
      ($0.dropRate, $0.attentionDropRate, $0.dropPathRate) = (0.1, 0.1, 0.2)
    },
    Step(name: "3-D, names", sides: [32, 32, 64], policy: policies[3], isFused: true),
  ]

  /// A storage's birth, or a mark; deaths between two births come in no fixed order.
  private struct Moment: Equatable {
    let kind: MemoryEvent.Kind
    let bytes: Int
    let category: MemoryCategory
    let live: Int
  }

  private func moments(_ step: TrainingStep) throws -> [Moment] {
    try step.warmUp()
    let recorder = step.engine.ledger.startRecording()
    try step.run()
    step.engine.ledger.stop(recorder)
    return recorder.events.filter { $0.kind != .death && $0.kind != .change }.map {
      Moment(kind: $0.kind, bytes: $0.entry.bytes, category: $0.entry.category, live: $0.liveBytes)
    }
  }

  @Test(arguments: flat + variants)
  func `a dry step makes every storage of a real one, at the same total`(step: Step) throws {
    let real = try moments(step.make())
    let dry = try moments(step.make(dry: true))
    #expect(real.count > 500 && real.count == dry.count)
    let difference = zip(real, dry).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(difference == nil, "event \(difference?.offset ?? 0): \(String(describing: difference?.element))")
  }

  @Test(arguments: flat)
  func `three runs peak alike above their start, whatever else is alive`(step: Step) throws {
    func peaks(_ training: TrainingStep) throws -> [Int] {
      try (0..<3).map { _ in
        let start = training.engine.ledger.liveBytes
        let peak = try training.measure().peak
        #expect(training.engine.ledger.liveBytes == start)
        return peak - start
      }
    }
    let alone = try step.make()
    try alone.warmUp()
    let expected = try peaks(alone)
    let engine = Engine.unfused()
    let other = try step.make(engine: engine)
    // A graph that waits for backward is alive too.
    let waiting = try other.forward()
    let training = try step.make(engine: engine)
    try training.warmUp()
    #expect(Set(expected).count == 1)
    #expect(try peaks(training) == expected)
    withExtendedLifetime((other, waiting)) {}
  }

  @Test(arguments: [([64, 64], false), ([64, 64], true), ([64, 32, 32], true)])
  func `with every dropout on, gradients are the same bits under any policy in any order`(
    sides: [Int], isFused: Bool
  ) throws {
    let row = Step(name: "", sides: sides, policy: .off, isFused: isFused) {
      ($0.dropRate, $0.attentionDropRate, $0.dropPathRate) = (0.1, 0.1, 0.2)
    }
    let step = try row.make()
    var seen: [[[UInt32]]] = []
    let order = sides.count == 2 ? Self.policies + Self.policies.reversed() : [.all, .off, .swin]
    for policy in order {
      try step.network.setCheckpoint(policy)
      step.engine.random = RandomState(seed: 11)
      let loss = try step.forward()
      try loss.backward()
      let gradients = step.network.namedParameters.compactMap(\.tensor.gradient)
      seen.append(try ([loss] + gradients).map { try $0.floats().map(\.bitPattern) })
      step.optimizer.zeroGradients()
    }
    #expect(seen[0].count == step.network.namedParameters.count + 1)
    for (policy, bits) in zip(order, seen) { #expect(bits == seen[0], "\(policy)") }
  }
}
