import TesseraData
import TesseraNet
import TesseraTensor
import Testing

/// MONAI's numbers for the default network and for every argument that changes what it computes.
@Suite(.serialized, .slow) struct GoldenValueTests {
  static let published = Result { try GoldenTable("golden") }
  static let variants = Result { try GoldenTable("golden-variants") }
  static func rows(_ table: Result<GoldenTable, any Error>) -> [GoldenRow] { (try? table.get().rows) ?? [] }

  @Test func `both tables are there`() throws {
    #expect(try Self.published.get().rows.count == 6)
    #expect(try Self.variants.get().rows.count == 17)
  }

  @Test(arguments: rows(published))
  func `in float32 the network makes MONAI's numbers to four digits`(row: GoldenRow) throws {
    let tolerance = try #require(try Self.published.get().tolerance)
    #expect((row.gradientTolerance == nil) == (row.reason == nil), "a wider tolerance needs a reason")
    let engine = Engine.unfused()
    // Rows without gradients are about values, which fused ops make faster.
    engine.isFused = row.gradients == nil
    let run = try GoldenRun(row, engine: engine, gradients: row.gradients != nil)
    try expectValues(row, run, tolerance: tolerance)
    try expectHiddenStates(row, run, tolerance: tolerance)
    try expectGradients(row, run, tolerance: row.gradientTolerance ?? tolerance)
  }

  /// Without the largest, whose eight seconds would show no other formula.
  @Test(arguments: rows(published).filter { $0.gradients != nil && $0.gradientTolerance != 2e-2 })
  func `in float64 its gradients are MONAI's to seven digits`(row: GoldenRow) throws {
    let engine = Engine.unfused()
    engine.defaultDType = .float64
    let run = try GoldenRun(row, engine: engine, gradients: true)
    try expectGradients(row, run, tolerance: 1e-7)
  }

  @Test(arguments: rows(variants))
  func `in float64 every argument makes MONAI's numbers to seven digits, gradients to six`(row: GoldenRow)
    throws
  {
    let engine = Engine.unfused()
    engine.defaultDType = .float64
    let run = try GoldenRun(row, engine: engine, gradients: true)
    try expectValues(row, run, tolerance: 1e-7)
    try expectGradients(row, run, tolerance: 1e-7)
    let parameters = run.network.namedParameters
    let names = parameters.map(\.name).joined(separator: "\n")
    let hash = String(FixtureRecipe.fnv1a64(names), radix: 16)
    #expect(hash == row.parameterNames.map { String($0.drop { $0 == "0" }) }, "other names or another order")
    let norms = try #require(row.gradientNorms)
    try #require(norms.count == parameters.count)
    for (norm, (name, tensor)) in zip(norms, parameters) {
      let gradient = try #require(tensor.gradient, "no gradient of \(name)").doubles()
      expect(GoldenSummary(l2: norm), gradient, name, tolerance: 1e-6)
    }
  }

  @Test(arguments: rows(variants))
  func `in float32 fused ops make the same hidden states, logits and loss`(row: GoldenRow) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let run = try GoldenRun(row, engine: engine, gradients: false)
    try expectValues(row, run, tolerance: 2e-4)
    try expectHiddenStates(row, run, tolerance: 1e-3)
  }

  // MARK: - Comparing

  private func expectValues(_ row: GoldenRow, _ run: GoldenRun, tolerance: Double) throws {
    try expect(row.logits, run.logits.doubles(), "logits", tolerance: tolerance)
    try expect(GoldenSummary(values: [row.loss]), run.loss.doubles(), "loss", tolerance: tolerance / 100)
  }

  private func expectHiddenStates(_ row: GoldenRow, _ run: GoldenRun, tolerance: Double) throws {
    // A second pass through the encoder: the fused ops take their turn, and are the faster ones.
    let engine = run.network.engine
    engine.isFused = true
    let states = try engine.withoutGradients { try run.network.hiddenStates(run.x) }
    try #require(states.count == row.hidden.count)
    for (index, state) in states.enumerated() {
      try expect(row.hidden[index], state.doubles(), "hidden state \(index)", tolerance: tolerance)
    }
  }

  private func expectGradients(_ row: GoldenRow, _ run: GoldenRun, tolerance: Double) throws {
    if let expected = row.inputGradient {
      expect(expected, try #require(run.x.gradient).doubles(), "gradient of x", tolerance: tolerance)
    }
    for (name, expected) in row.gradients ?? [:] {
      let gradient = try #require(try run.gradient(of: name), "no gradient of \(name)")
      expect(expected, gradient, name, tolerance: tolerance)
    }
  }

  /// Every number within the tolerance relative to itself; a zero must be exact.
  private func expect(_ summary: GoldenSummary, _ values: [Double], _ name: String, tolerance: Double) {
    for (part, expected, found) in summary.compared(with: values) {
      let isClose = abs(found - expected) <= tolerance * abs(expected)
      #expect(isClose, "\(name) \(part): \(found), MONAI \(expected)")
    }
  }
}
