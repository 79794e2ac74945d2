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

  /// For the change, `lr·v`.
  public var needsRoom: Bool { true }

  /// With momentum, a velocity a parameter, of zeros.
  public func makeState(of numbers: [Int]) throws {
    guard momentum != 0 else { return }
    var fresh = velocities
    for number in numbers where fresh[number] == nil {
      let parameter = parameters[number].tensor
      fresh[number] = try parameter.engine.zeros(
        parameter.shape, dtype: parameter.dtype, purpose: .optimizer)
    }
    velocities = fresh
  }

  /// Moves one parameter.
  public func move(_ number: Int, along gradient: Tensor, room: Tensor?) throws {
    guard let room else { return }
    let parameter = parameters[number].tensor
    let engine = parameter.engine
    var direction = try decayed(gradient, by: weightDecay, of: parameter, in: room)
    if let velocity = velocities[number] {
      try engine.runInPlace(MultiplyScalar(by: momentum), [velocity], into: velocity)
      try engine.runInPlace(Add(), [velocity, direction], into: velocity)
      direction = velocity
    }
    try engine.renewing({ MultiplyScalar(by: self.learningRate) }) {
      try engine.runInPlace(MultiplyScalar(by: learningRate), [direction], into: room)
    }
    try engine.runInPlace(Subtract(), [parameter, room], into: parameter)
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
