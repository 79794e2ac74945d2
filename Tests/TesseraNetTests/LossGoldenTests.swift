import Foundation
import TesseraNet
import TesseraTensor
import Testing

/// The losses, the learning-rate schedule and the parameter counts of MONAI 1.5.0.
@Suite struct LossGoldenTests {
  /// What a loss is compared on: 2·sin(0.7 j) of 2 × 3 × 4³ against one of two targets.
  enum Target: Sendable {
    /// 1 where the flat index is a multiple of 3, in every channel.
    case channels
    /// The first channel of both.
    case firstChannel
    /// Class numbers, index mod 3.
    case labels
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let target: Target
    /// Weights of Dice and cross entropy where the loss is DiceCE.
    var weights: (dice: Double, crossEntropy: Double)?
    var smoothing = 0.0
    let expected: [Double]
    var dice: DiceLoss
    var testDescription: String { name }
  }

  static func dice(
    _ name: String, _ target: Target = .channels, _ expected: Double..., configure: (inout DiceLoss) -> Void
  ) -> Row {
    var loss = DiceLoss()
    configure(&loss)
    return Row(name: name, target: target, expected: expected, dice: loss)
  }

  static func diceCE(
    _ name: String, _ target: Target, _ expected: Double, weights: (Double, Double) = (1, 1),
    smoothing: Double = 0,
    configure: (inout DiceLoss) -> Void
  ) -> Row {
    var row = dice(name, target, expected, configure: configure)
    row.weights = (weights.0, weights.1)
    row.smoothing = smoothing
    return row
  }

  static let rows: [Row] = [
    dice("sigmoid", .channels, 0.583497275671) { $0.sigmoid = true },
    dice("squared", .channels, 0.479035901711) { ($0.sigmoid, $0.squared) = (true, true) },
    dice("jaccard", .channels, 0.736928253977) { ($0.sigmoid, $0.jaccard) = (true, true) },
    dice("batch", .channels, 0.583507872487) { ($0.sigmoid, $0.batch) = (true, true) },
    dice(
      "no reduction", .channels, 0.5880510606, 0.5946873189, 0.5895562628, 0.5650529129, 0.5821019618,
      0.5815341371
    ) { ($0.sigmoid, $0.reduction) = (true, .none) },
    dice("squared, smoothing of the challenge", .channels, 0.47903602605) {
      ($0.sigmoid, $0.squared, $0.smoothNumerator, $0.smoothDenominator) = (true, true, 0, 1e-6)
    },
    dice("softmax of class numbers without background", .labels, 0.686118260431) {
      ($0.softmax, $0.toOneHot, $0.includeBackground) = (true, true, false)
    },
    dice("weighted sum", .channels, 7.01995373434) {
      ($0.sigmoid, $0.reduction, $0.weights) = (true, .sum, [1, 2, 3])
    },
    diceCE("DiceCE, softmax of class numbers", .labels, 2.12410491715) {
      ($0.softmax, $0.toOneHot) = (true, true)
    },
    diceCE("DiceCE, sigmoid of overlapping channels", .channels, 2.01787206264) { $0.sigmoid = true },
    diceCE("DiceCE, one channel: binary cross entropy", .firstChannel, 1.4868849446) { $0.sigmoid = true },
    diceCE(
      "DiceCE, weighted, smoothed labels", .labels, 3.23010616579, weights: (0.5, 2), smoothing: 0.1
    ) { ($0.softmax, $0.toOneHot) = (true, true) },
  ]

  @Test(arguments: rows, [(DType.float32, 2e-6), (.float64, 1e-10)])
  func `a loss is MONAI's`(row: Row, precision: (dtype: DType, tolerance: Double)) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    engine.defaultDType = precision.dtype
    var x = try engine.tensor((0..<384).map { 2 * sin(0.7 * Double($0)) }, [2, 3, 4, 4, 4])
    var target = try engine.tensor((0..<384).map { $0 % 3 == 0 ? 1 : 0 }, x.shape)
    switch row.target {
    case .channels: break
    case .firstChannel: (x, target) = try (x.sliced(dim: 1, stop: 1), target.sliced(dim: 1, stop: 1))
    case .labels: target = try engine.tensor((0..<128).map { Double($0 % 3) }, [2, 1, 4, 4, 4])
    }
    let values = try loss(row, x, target).doubles()
    try #require(values.count == row.expected.count)
    for (value, expected) in zip(values, row.expected) {
      #expect(abs(value - expected) <= precision.tolerance * expected, "\(value), MONAI \(expected)")
    }
  }

  @Test(arguments: rows.filter { $0.target == .channels })
  func `a loss in one pass keeps prediction and target alone, and has the gradient of PyTorch's ops`(row: Row)
    throws
  {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.defaultDType = .float64
    let target = try engine.tensor((0..<384).map { $0 % 3 == 0 ? 1 : 0 }, [2, 3, 4, 4, 4])
    let (gradients, saved) = try [true, false].map { isFused -> ([Double], Int) in
      engine.isFused = isFused
      let x = try engine.tensor((0..<384).map { 2 * sin(0.7 * Double($0)) }, target.shape)
      try x.setRequiresGradient(true)
      let value = try loss(row, x, target)
      let saved = engine.ledger.savedBytes
      try value.backward(seed: engine.ones(value.shape))
      return (try #require(x.gradient).doubles(), saved)
    }.reduce(into: ([[Double]](), [Int]())) { sum, run in
      sum.0.append(run.0)
      sum.1.append(run.1)
    }
    #expect(zip(gradients[0], gradients[1]).allSatisfy { abs($0 - $1) <= 1e-12 })
    #expect(saved[0] < 2 * 384 * 8 + 1024, "\(saved)")
  }

  private func loss(_ row: Row, _ x: Tensor, _ target: Tensor) throws -> Tensor {
    guard let weights = row.weights else { return try row.dice(x, target) }
    var loss = DiceCELoss()
    loss.dice = row.dice
    (loss.diceWeight, loss.crossEntropyWeight) = weights
    loss.labelSmoothing = row.smoothing
    return try loss(x, target)
  }

  @Test(arguments: [
    (0, 1e-5), (1, 2.8e-5), (2, 4.6e-5), (3, 6.4e-5), (4, 8.2e-5), (5, 1e-4), (6, 9.89074e-5),
    (7, 9.56773e-5), (8, 9.04508e-5), (19, 1.09262e-6), (20, 0),
  ])
  func `the rate warms up and falls along MONAI's cosine`(step: Int, expected: Double) {
    let schedule = WarmupCosine(base: 1e-4, warmup: 5, total: 20, multiplier: 0.1)
    #expect(abs(schedule.rate(at: step) - expected) <= 1e-5 * expected)
  }

  static let parameterCounts: [(Int, Int, Int, Int)] = [
    (4, 3, 12, 4_079_373), (4, 3, 24, 15_705_621), (4, 3, 36, 35_076_477), (4, 3, 48, 62_191_941),
    (4, 3, 60, 97_052_013), (1, 14, 12, 4_078_220), (1, 14, 24, 15_703_304), (1, 14, 48, 62_187_296),
    (1, 1, 48, 62_186_659),
  ]

  @Test(arguments: parameterCounts)
  func `a network has MONAI's number of parameters`(
    inChannels: Int, outChannels: Int, features: Int, count: Int
  ) throws {
    let configuration = SwinUNETRConfiguration(
      inChannels: inChannels, outChannels: outChannels, featureSize: features)
    #expect(try dryNetwork(configuration).parameterCount == count)
  }

  @Test func `patch_norm, use_v2 and two axes change the number of parameters and saved entries as in MONAI`()
    throws
  {
    let plain = SwinUNETRConfiguration(inChannels: 4, outChannels: 3)
    var (normed, doubled, flat) = (plain, plain, plain)
    normed.patchNorm = true
    doubled.useV2 = true
    flat.spatialDimensions = 2
    let networks = try [plain, normed, doubled, flat].map(dryNetwork)
    #expect(networks.map(\.parameterCount) == [15_705_621, 15_705_669, 18_349_461, 6_303_261])
    #expect(networks.map(\.namedState.count) == [159, 161, 167, 159])
  }

  /// A network of shapes: counting needs no bytes.
  private func dryNetwork(_ configuration: SwinUNETRConfiguration) throws -> SwinUNETR {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    engine.isDry = true
    return try SwinUNETR(configuration, engine: engine)
  }
}
