import TesseraNet
import TesseraTensor
import Testing

/// The three dropouts of SwinUNETR in training and evaluation.
@Suite struct DropoutTests {
  struct Rates: Sendable, CustomTestStringConvertible {
    let name: String
    let set: @Sendable (inout SwinUNETRConfiguration) -> Void
    var testDescription: String { name }
  }

  static let rates = [
    Rates(name: "drop_rate") { $0.dropRate = 0.3 },
    Rates(name: "attn_drop_rate") { $0.attentionDropRate = 0.3 },
    Rates(name: "dropout_path_rate") { $0.dropPathRate = 0.5 },
  ]

  /// Logits of the same weights and input, in evaluation where `training` is false.
  private func logits(_ rates: Rates?, seed: UInt64, training: Bool, fused: Bool) throws -> [Float] {
    let engine = Engine.unfused()
    engine.isFused = fused
    var configuration = SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12)
    configuration.spatialDimensions = 2
    rates?.set(&configuration)
    let network = try SwinUNETR(configuration, engine: engine)
    try network.fillByRecipe()
    network.train(training)
    engine.random = RandomState(seed: seed)
    let x = try engine.recipe("input", [2, 1, 64, 64])
    return try engine.withoutGradients {
      let result = try network.run([x])
      #expect(result.shape == [2, 2, 64, 64])
      return try result.floats()
    }
  }

  /// A perceptron's result and the gradients of its input and parameters.
  private func perceptron(fused: Bool) throws -> (values: [[Float]], saved: Int) {
    let engine = Engine.unfused()
    engine.isFused = fused
    engine.random = RandomState(seed: 6)
    let layer = try MLP(channels: 8, hidden: 32, dropout: 0.3, engine: engine)
    let x = try engine.uniform([5, 70, 8], low: -3, high: 3)
    try x.setRequiresGradient(true)
    let y = try layer.run([x])
    let saved = engine.ledger.savedBytes
    try (y * y).sum().backward()
    let gradients = ([x] + layer.namedParameters.map(\.tensor)).compactMap(\.gradient)
    return (try ([y] + gradients).map { try $0.floats() }, saved)
  }

  @Test func `a perceptron's dropouts draw the same masks, fused or not, and fused keeps fewer bytes`() throws
  {
    let (fused, parts) = try (perceptron(fused: true), perceptron(fused: false))
    #expect(fused.values.count == 6 && fused.values.count == parts.values.count)
    for (a, b) in zip(fused.values, parts.values) {
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
    }
    // Of each hidden value its mask and what follows it.
    #expect(parts.saved - fused.saved == 5 * 70 * 32 * 5)
  }

  @Test(arguments: rates, [false, true])
  func `a rate changes training by its seed alone, and evaluation not at all`(rates: Rates, fused: Bool)
    throws
  {
    let plain = try logits(nil, seed: 1, training: true, fused: fused)
    let first = try logits(rates, seed: 1, training: true, fused: fused)
    #expect(first != plain)
    #expect(try logits(rates, seed: 1, training: true, fused: fused) == first)
    #expect(try logits(rates, seed: 2, training: true, fused: fused) != first)
    #expect(try logits(rates, seed: 1, training: false, fused: fused) == plain)
  }
}
