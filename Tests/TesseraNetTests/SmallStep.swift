import TesseraNet
import TesseraTensor
import TestNetworks

/// A forward and backward pass of the small network that can be run again from the same random numbers.
final class SmallStep {
  let engine: Engine
  let network: SmallNetwork
  private let x: Tensor
  private let target: Tensor

  init(engine: Engine, policy: CheckpointPolicy) throws {
    self.engine = engine
    network = try SmallNetwork.make(engine: engine)
    try network.setCheckpoint(policy)
    x = try engine.uniform([2, 2, 8, 8])
    target = try engine.bernoulli([2, 3, 8, 8], probability: 0.5)
  }

  /// The bits of the loss and of every gradient, which are forgotten again.
  func run() throws -> [[UInt32]] {
    defer { network.zeroGradients() }
    engine.random = RandomState(seed: 5)
    var loss = DiceCELoss()
    loss.dice.sigmoid = true
    let value = try loss(network.run([x]), target)
    try value.backward()
    let gradients = network.namedParameters.compactMap(\.tensor.gradient)
    return try ([value] + gradients).map { try $0.floats().map(\.bitPattern) }
  }
}
