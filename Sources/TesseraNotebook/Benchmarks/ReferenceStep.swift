import TesseraNet
import TesseraTensor

/// The training step that figures are about: SwinUNETR, Dice with cross entropy, AdamW; float32 unless told otherwise.
public final class ReferenceStep {
  /// Its sizes.
  public struct Configuration: Sendable, Equatable {
    /// Extent of each of the volume's axes.
    public var size = 128
    /// Axes of the volume.
    public var axes = 3
    /// SwinUNETR's `feature_size`.
    public var features = 24
    /// Volumes a step.
    public var batch = 1
    /// Channels of the volume.
    public var inputs = 4
    /// Channels of the prediction.
    public var outputs = 3
    /// The type of an autocast scope around the network; nil for none.
    public var autocast: DType?

    /// The network of the lessons at 128³.
    public init() {}

    /// Voxels of a volume.
    public var voxels: Int { (0..<axes).reduce(1) { product, _ in product * size } }
  }

  let network: SwinUNETR
  let optimizer: AdamW
  private let x: Tensor
  private let target: Tensor
  private let autocast: DType?
  private var loss = DiceCELoss()

  /// Makes the network and noise to train it on.
  ///
  /// - Throws: when SwinUNETR cannot have the configuration.
  public init(_ configuration: Configuration, engine: Engine) throws {
    let c = configuration
    var network = SwinUNETRConfiguration(
      inChannels: c.inputs, outChannels: c.outputs, featureSize: c.features)
    network.spatialDimensions = c.axes
    self.network = try SwinUNETR(network, engine: engine)
    autocast = c.autocast
    optimizer = AdamW(self.network.namedParameters, learningRate: 1e-4, weightDecay: 1e-5)
    let sides = [Int](repeating: c.size, count: c.axes)
    x = try engine.uniform(Shape([c.batch, c.inputs] + sides))
    target = try engine.bernoulli(Shape([c.batch, c.outputs] + sides), probability: 0.5)
    for tensor in [x, target] { tensor.storage.category = .input }
    loss.dice.sigmoid = true
  }

  /// The loss; the logits are gone when it returns.
  func forward() throws -> Tensor { try loss(predicted(), target) }

  private func predicted() throws -> Tensor {
    guard let autocast else { return try network.run([x]) }
    return try network.engine.autocast(autocast) { try network.run([x]) }
  }

  /// One step.
  public func run() throws {
    try forward().backward()
    try optimizer.step()
    optimizer.zeroGradients()
  }

  /// The cheapest plan within `budget` bytes.
  func plan(budget: Int) throws -> CheckpointPlan {
    let trial = StepTrial(network) { [self] in try forward() }
    return try CheckpointPlanner(
      trial, prices: .measured(network, input: x), reserved: optimizer.missingStateBytes
    ).plan(budget: budget)
  }
}
