import Foundation
import TesseraNet
import TesseraTensor
import Testing

/// A table of MONAI's numbers for networks whose weights and inputs follow formulas; `Tests/Fixtures/golden.py`
/// states the formulas and makes such tables.
struct GoldenTable: Decodable {
  /// How far a float32 result may be from a float64 number, relative to it.
  var tolerance: Double?
  let rows: [GoldenRow]

  init(_ name: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: referenceFile("\(name).json")))
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// A network and what MONAI makes of it.
struct GoldenRow: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let shape: [Int]
  let arguments: GoldenArguments
  let hidden: [GoldenSummary]
  let logits: GoldenSummary
  let loss: Double
  let inputGradient: GoldenSummary?
  /// Gradients of single parameters.
  let gradients: [String: GoldenSummary]?
  /// Wider than the table's, where `reason` says why float32 gradients need it.
  let gradientTolerance: Double?
  let reason: String?
  /// FNV-1a of all parameter names, a line each.
  let parameterNames: String?
  /// The norm of every parameter's gradient, in the order of the names.
  let gradientNorms: [Double]?
  var testDescription: String { name }
}

/// Some numbers that stand for a whole tensor.
struct GoldenSummary: Decodable, Sendable {
  var mean: Double?
  var l2: Double?
  var first: Double?
  /// Element `count / 2`.
  var middle: Double?
  var last: Double?
  var values: [Double]?

  /// The numbers given, beside the same ones of `tensor`.
  func compared(with tensor: [Double]) -> [(name: String, expected: Double, found: Double)] {
    let numbers: [(String, Double?, Double)] = [
      ("mean", mean, tensor.reduce(0, +) / Double(tensor.count)),
      ("l2", l2, tensor.reduce(0) { $0 + $1 * $1 }.squareRoot()),
      ("first", first, tensor.first ?? .nan),
      ("middle", middle, tensor.isEmpty ? .nan : tensor[tensor.count / 2]),
      ("last", last, tensor.last ?? .nan),
    ]
    let elements = (values ?? []).enumerated().map { index, value in
      ("[\(index)]", Optional(value), index < tensor.count ? tensor[index] : .nan)
    }
    return (numbers + elements).compactMap { name, expected, found in
      expected.map { (name, $0, found) }
    }
  }
}

/// MONAI's arguments by MONAI's names; what is left out keeps MONAI's default.
struct GoldenArguments: Decodable, Sendable {
  var inChannels: Int?
  var outChannels: Int?
  var spatialDims: Int?
  var downsample: String?
  var useV2: Bool?
  var patchNorm: Bool?
  var normalize: Bool?
  var windowSize: [Int]?
  var depths: [Int]?
  var numHeads: [Int]?
  var qkvBias: Bool?
  var mlpRatio: Double?
  var normAffine: Bool?

  private enum CodingKeys: String, CodingKey {
    case downsample, normalize, depths
    case inChannels = "in_channels"
    case outChannels = "out_channels"
    case spatialDims = "spatial_dims"
    case useV2 = "use_v2"
    case patchNorm = "patch_norm"
    case windowSize = "window_size"
    case numHeads = "num_heads"
    case qkvBias = "qkv_bias"
    case mlpRatio = "mlp_ratio"
    case normAffine = "norm_affine"
  }

  var configuration: SwinUNETRConfiguration {
    var c = SwinUNETRConfiguration(
      inChannels: inChannels ?? 2, outChannels: outChannels ?? 2, featureSize: 12)
    if let spatialDims { c.spatialDimensions = spatialDims }
    if let order = downsample.flatMap(MergingOrder.init) { c.merging = order }
    if let useV2 { c.useV2 = useV2 }
    if let patchNorm { c.patchNorm = patchNorm }
    if let normalize { c.normalize = normalize }
    if let windowSize { c.windowSize = windowSize }
    if let depths { c.depths = depths }
    if let numHeads { c.heads = numHeads }
    if let qkvBias { c.qkvBias = qkvBias }
    if let mlpRatio { c.mlpRatio = mlpRatio }
    if let normAffine { c.norm = BlockNorm(affine: normAffine) }
    return c
  }
}

/// The formulas of weights, input and target.
enum GoldenFormula {
  /// Entry `position` of the saved state.
  static func weight(_ name: String, position: Int, shape: Shape) -> [Double] {
    let wave = (0..<min(9973, shape.count)).map { sin(0.37 * Double($0) + 1.1 * Double(position)) }
    let rule = rule(name, shape)
    return (0..<shape.count).map { rule.offset + rule.amplitude * wave[$0 % 9973] }
  }

  private static func rule(_ name: String, _ shape: Shape) -> (amplitude: Double, offset: Double) {
    if ["norm1.weight", "norm2.weight", "norm.weight"].contains(where: name.hasSuffix) { return (0.1, 1) }
    if shape.rank == 1 { return (0.1, 0) }
    if name.hasSuffix("relative_position_bias_table") { return (0.2, 0) }
    return (1 / Double(shape.count / shape[0]).squareRoot(), 0)
  }

  static func input(count: Int) -> [Double] {
    (0..<count).map { cos(0.11 * Double($0 % 7919)) + 0.5 * sin(0.003 * Double($0)) }
  }

  static func target(count: Int) -> [Double] { (0..<count).map { $0 % 5 == 0 ? 1 : 0 } }
}

/// A row's network, run once.
struct GoldenRun {
  let network: SwinUNETR
  let x: Tensor
  let logits: Tensor
  let loss: Tensor

  /// Fills the network and runs it; `gradients` also runs backward.
  init(_ row: GoldenRow, engine: Engine, gradients: Bool) throws {
    network = try SwinUNETR(row.arguments.configuration, engine: engine)
    for (position, (name, tensor)) in network.namedState.enumerated() where tensor.dtype.isFloatingPoint {
      try tensor.assign(GoldenFormula.weight(name, position: position, shape: tensor.shape))
    }
    let shape = Shape(row.shape)
    x = try engine.tensor(GoldenFormula.input(count: shape.count), shape)
    engine.setGradientEnabled(gradients)
    defer { engine.setGradientEnabled(true) }
    if gradients { try x.setRequiresGradient(true) }
    logits = try network.run([x])
    let target = try engine.tensor(GoldenFormula.target(count: logits.shape.count), logits.shape)
    var dice = DiceLoss()
    dice.sigmoid = true
    loss = try dice(logits, target)
    if gradients { try loss.backward() }
  }

  func gradient(of name: String) throws -> [Double]? {
    try network.namedParameters.first { $0.name == name }?.tensor.gradient?.doubles()
  }
}
