import TesseraNet
import TesseraTensor

/// The measured step of PyTorch's figures: in 4, out 3, DiceCE and AdamW, warm, gradients released after it.
final class TrainingStep {
  let engine: Engine
  let network: SwinUNETR
  let optimizer: AdamW
  let x: Tensor
  let target: Tensor
  /// The type in which the network runs under autocast, if it does; the loss is float32.
  var autocast: DType?
  private var loss = DiceCELoss()

  /// A cube of `size`, or the `sides` given.
  init(
    engine: Engine, size: Int = 64, sides: [Int]? = nil, features: Int = 24,
    configure: (inout SwinUNETRConfiguration) -> Void = { _ in }
  ) throws {
    self.engine = engine
    var configuration = SwinUNETRConfiguration(inChannels: 4, outChannels: 3, featureSize: features)
    configure(&configuration)
    network = try SwinUNETR(configuration, engine: engine)
    optimizer = AdamW(network.namedParameters, learningRate: 1e-4, weightDecay: 1e-5)
    let sides = sides ?? [Int](repeating: size, count: configuration.spatialDimensions)
    x = try engine.uniform(Shape([1, 4] + sides))
    target = try engine.bernoulli(Shape([1, 3] + sides), probability: 0.5)
    for tensor in [x, target] { tensor.storage.category = .input }
    loss.dice.sigmoid = true
  }

  /// One step; the logits are gone before backward starts.
  func run() throws {
    try forward().backward()
    try optimizer.step()
    optimizer.zeroGradients()
  }

  /// The loss.
  func forward() throws -> Tensor { try loss(logits(), target) }

  /// The network's output, in float32.
  func logits() throws -> Tensor {
    guard let autocast else { return try network.run([x]) }
    return try engine.autocast(autocast) { try network.run([x]) }.widened()
  }

  /// Makes the optimizer's moments, as a first step would, without a network pass.
  func warmUp() throws {
    for (_, parameter) in network.namedParameters {
      parameter.gradient = try engine.zeros(parameter.shape, dtype: parameter.dtype, purpose: .gradient)
    }
    try optimizer.step()
    optimizer.zeroGradients()
  }

  /// The largest total during `body`, and what was saved when backward began.
  func measure() throws -> (peak: Int, saved: Int) {
    let recorder = engine.ledger.startRecording()
    defer { engine.ledger.stop(recorder) }
    let loss = try forward()
    let saved = engine.ledger.savedBytes
    try loss.backward()
    try optimizer.step()
    optimizer.zeroGradients()
    return (recorder.events.map(\.liveBytes).max() ?? 0, saved)
  }
}
