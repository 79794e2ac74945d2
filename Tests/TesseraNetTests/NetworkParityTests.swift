import Foundation
import TesseraData
import TesseraNet
import TesseraTensor
import Testing

/// The whole network against MONAI's float64 run: output, hidden states, losses and every gradient.
@Suite struct NetworkParityTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    let input: String
    let shape: Shape
    let outChannels: Int
    let featureSize: Int
    /// The worst and the median relative error of a gradient that float32 may have.
    let worst: Double
    let median: Double
    var testDescription: String { file }
  }

  static let cases = [
    Case(
      file: "a_3d_fs12_64x64x32", input: "input", shape: [1, 1, 64, 64, 32], outChannels: 2, featureSize: 12,
      worst: 1e-2, median: 3e-3),
    Case(
      file: "b_3d_fs24_64", input: "input.1", shape: [1, 4, 64, 64, 64], outChannels: 3, featureSize: 24,
      worst: 2e-2, median: 6e-3),
    Case(
      file: "c_2d_fs12_64", input: "input", shape: [1, 1, 64, 64], outChannels: 2, featureSize: 12,
      worst: 1e-2,
      median: 3e-3),
  ]

  static func network(_ c: Case, engine: Engine) throws -> SwinUNETR {
    var configuration = SwinUNETRConfiguration(
      inChannels: c.shape[1], outChannels: c.outChannels, featureSize: c.featureSize)
    configuration.spatialDimensions = c.shape.rank - 2
    let network = try SwinUNETR(configuration, engine: engine)
    try network.fillByRecipe()
    return network
  }

  static func targetShape(_ c: Case) -> Shape { Shape([1, c.outChannels] + c.shape.extents.dropFirst(2)) }

  /// The loss whose gradients are stored.
  static var dice: DiceLoss {
    var loss = DiceLoss()
    loss.sigmoid = true
    loss.squared = true
    loss.smoothNumerator = 0
    return loss
  }

  @Test(arguments: cases)
  func `outputs, hidden states and losses are MONAI's`(c: Case) throws {
    let engine = Engine.unfused()
    let fixture = try Fixture(c.file)
    let network = try Self.network(c, engine: engine)
    let x = try engine.recipe(c.input, c.shape)
    let target = try engine.recipeTarget("target", Self.targetShape(c))
    try engine.withoutGradients {
      for (index, state) in try network.hiddenStates(x).enumerated()
      where fixture.file.names.contains("hidden\(index)") {
        #expect(
          try largestDifference(state.doubles(), fixture.values("hidden\(index)")) < 5e-5, "hidden\(index)")
      }
      let output = try network.run([x])
      #expect(try largestDifference(output.doubles(), fixture.values("output")) < 1e-5)
      #expect(try abs(Self.dice(output, target).item() - fixture.values("loss")[0]) < 2e-6)
      var diceCE = DiceCELoss()
      diceCE.dice.sigmoid = true
      #expect(try abs(diceCE(output, target).item() - fixture.values("dice_ce")[0]) < 2e-6)
    }
  }

  @Test(.slow, arguments: cases, [false, true])
  func `every gradient is MONAI's within float32`(c: Case, fused: Bool) throws {
    let engine = Engine.unfused()
    engine.isFused = fused
    let fixture = try Fixture(c.file)
    let network = try Self.network(c, engine: engine)
    let x = try engine.recipe(c.input, c.shape)
    let target = try engine.recipeTarget("target", Self.targetShape(c))
    try Self.dice(network.run([x]), target).backward()
    let errors = try Self.gradientErrors(network, fixture)
    for (name, error) in errors { #expect(error < c.worst, "\(name)") }
    let sorted = errors.map(\.error).sorted()
    #expect(sorted[sorted.count / 2] < c.median)
  }

  @Test(.slow, arguments: [false, true])
  func `in float64 every gradient is MONAI's to 1e-6`(fused: Bool) throws {
    let c = Self.cases[0]
    let engine = Engine.unfused()
    engine.isFused = fused
    engine.defaultDType = .float64
    let fixture = try Fixture(c.file)
    let network = try Self.network(c, engine: engine)
    let x = try engine.recipe(c.input, c.shape, .float64)
    let target = try engine.recipeTarget("target", Self.targetShape(c), dtype: .float64)
    let loss = try Self.dice(network.run([x]), target)
    #expect(try abs(loss.item() - fixture.values("loss")[0]) < 1e-9)
    try loss.backward()
    for (name, error) in try Self.gradientErrors(network, fixture) { #expect(error < 1e-6, "\(name)") }
  }

  /// Relative errors of the full gradients where they are stored, of sums of magnitudes and norms elsewhere.
  static func gradientErrors(_ network: SwinUNETR, _ fixture: Fixture) throws -> [(
    name: String, error: Double
  )] {
    let names = try fixture.list("grad_names")
    let summaries = try fixture.values("grad_summary")
    let gradients = Dictionary(
      uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.tensor.gradient) })
    return try names.enumerated().map { index, name in
      let values = try #require(gradients[name] ?? nil, "no gradient of \(name)").doubles()
      let summary = Array(summaries[index * 4..<index * 4 + 4])
      let magnitudes = values.map(abs).reduce(0, +)
      let norm = values.map { $0 * $0 }.reduce(0, +).squareRoot()
      var error = max(
        abs(values.reduce(0, +) - summary[0]) / summary[1], abs(magnitudes - summary[1]) / summary[1],
        abs(norm - summary[2]) / summary[2])
      if fixture.file.names.contains("grad.\(name)") {
        error = max(error, relativeNorm(values, try fixture.values("grad.\(name)")))
      }
      return (name, error)
    }
  }
}

/// `max|a − b|`.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
