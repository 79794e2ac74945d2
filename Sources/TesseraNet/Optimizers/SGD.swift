import TesseraTensor

/// Stochastic gradient descent with momentum.
///
/// `v ← µ·v + g + wd·p`, `p ← p − lr·v`
///
/// - Memory: with momentum, one tensor a parameter in category `optimizer`.
public final class SGD: Optimizer {
  /// The learning rate of the next step.
  public var learningRate: Double
  /// The parameters it moves.
  public let parameters: [(name: String, tensor: Tensor)]
  private let momentum: Double
  private let weightDecay: Double
  private var velocities: [Int: Tensor] = [:]

  /// Makes an optimizer.
  public init(
    _ parameters: [(name: String, tensor: Tensor)], learningRate: Double, momentum: Double = 0,
    weightDecay: Double = 0
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Moves every parameter that has a gradient, in place.
  public func step() throws {
    let ledger = parameters.first?.tensor.engine.ledger
    ledger?.mark("step")
    for (index, (_, parameter)) in parameters.enumerated() {
      guard let gradient = parameter.gradient else { continue }
      try parameter.engine.withoutGradients { try move(index, parameter, gradient) }
    }
    ledger?.mark("step done")
  }

  private func move(_ index: Int, _ parameter: Tensor, _ gradient: Tensor) throws {
    var direction = weightDecay == 0 ? gradient : try gradient + parameter * weightDecay
    if momentum != 0 { direction = try velocity(index, along: direction) }
    let engine = parameter.engine
    let change = try engine.renewing({ MultiplyScalar(by: self.learningRate) }) {
      try direction * learningRate
    }
    try engine.runInPlace(Subtract(), [parameter, change], into: parameter)
  }

  /// The parameter's velocity, moved on in its place.
  private func velocity(_ index: Int, along direction: Tensor) throws -> Tensor {
    guard let velocity = velocities[index] else {
      let first = try direction.copied()
      first.storage.category = .optimizer
      velocities[index] = first
      return first
    }
    try velocity.engine.runInPlace(MultiplyScalar(by: momentum), [velocity], into: velocity)
    try velocity.engine.runInPlace(Add(), [velocity, direction], into: velocity)
    return velocity
  }

  /// With momentum, a velocity for each parameter that has not moved yet.
  public var missingStateBytes: Int {
    guard momentum != 0 else { return 0 }
    return parameters.enumerated().map { velocities[$0] == nil ? $1.tensor.spec.byteCount : 0 }.reduce(0, +)
  }

  /// Velocities, under PyTorch's names.
  public var state: [(name: String, tensor: Tensor)] {
    parameters.enumerated().compactMap { index, parameter in
      velocities[index].map { ("\(parameter.name).momentum_buffer", $0) }
    }
  }
}
