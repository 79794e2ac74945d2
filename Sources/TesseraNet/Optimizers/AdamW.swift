import TesseraTensor

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), as PyTorch's.
///
/// `p ← p·(1 − lr·wd) − lr/(1 − β1ᵗ) · m/(√v/√(1 − β2ᵗ) + eps)`
///
/// - Memory: two moments a parameter, made at its first step, in category `optimizer`.
public final class AdamW: Optimizer {
  /// The learning rate of the next step.
  public var learningRate: Double
  /// The parameters it moves.
  public let parameters: [(name: String, tensor: Tensor)]
  private let betas: (Double, Double)
  private let epsilon: Double
  private let weightDecay: Double
  private let isDecoupled: Bool
  private var moments: [Int: (mean: Tensor, square: Tensor)] = [:]
  private var steps: [Int: Int] = [:]

  /// Makes an optimizer; without `isDecoupled` the decay is added to the gradient (Adam).
  public init(
    _ parameters: [(name: String, tensor: Tensor)], learningRate: Double = 1e-3,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 1e-2,
    isDecoupled: Bool = true
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
  }

  /// Only decay that is added to the gradient is computed on the way.
  public var needsRoom: Bool { !isDecoupled && weightDecay != 0 }

  /// Two moments a parameter, of zeros.
  public func makeState(of numbers: [Int]) throws {
    var fresh = moments
    for number in numbers where fresh[number] == nil {
      let parameter = parameters[number].tensor
      fresh[number] = try parameter.engine.withoutGradients { try Self.zeros(like: parameter) }
    }
    moments = fresh
  }

  /// Moves one parameter.
  public func move(_ number: Int, along gradient: Tensor, room: Tensor?) throws {
    guard let moments = moments[number] else { return }
    let parameter = parameters[number].tensor
    let engine = parameter.engine
    let direction = try decayed(gradient, by: weightDecay, of: parameter, in: room)
    try engine.renewing({ self.update(number, isTaken: true) }) {
      try engine.runInPlace(
        update(number, isTaken: false), [direction], into: [parameter, moments.mean, moments.square])
    }
    steps[number, default: 0] += 1
  }

  /// A parameter's next step; one that is taken counts.
  private func update(_ index: Int, isTaken: Bool) -> AdamWStep {
    let count = steps[index, default: 0] + 1
    if isTaken { steps[index] = count }
    return AdamWStep(
      learningRate: learningRate, beta1: betas.0, beta2: betas.1, epsilon: epsilon,
      weightDecay: isDecoupled ? weightDecay : 0, step: count)
  }

  private static func zeros(like parameter: Tensor) throws -> (mean: Tensor, square: Tensor) {
    let engine = parameter.engine
    let zeros = { try engine.zeros(parameter.shape, dtype: parameter.dtype, purpose: .optimizer) }
    return (try zeros(), try zeros())
  }

  /// Two moments for each parameter that has not moved yet.
  public var missingStateBytes: Int {
    parameters.enumerated().map { moments[$0] == nil ? 2 * $1.tensor.spec.byteCount : 0 }.reduce(0, +)
  }

  /// Moments and step counts, under PyTorch's names.
  public var state: [(name: String, tensor: Tensor)] {
    parameters.enumerated().flatMap { index, parameter -> [(name: String, tensor: Tensor)] in
      guard let moment = moments[index] else { return [] }
      return [("\(parameter.name).exp_avg", moment.mean), ("\(parameter.name).exp_avg_sq", moment.square)]
    }
  }

  /// Steps taken by parameter name.
  public var stepCounts: [(name: String, count: Int)] {
    parameters.enumerated().compactMap { index, parameter in steps[index].map { (parameter.name, $0) } }
  }

  /// Takes over moments and step counts that ``state`` and ``stepCounts`` gave.
  public func load(_ state: [String: Tensor], stepCounts: [String: Int]) throws {
    for (index, (name, parameter)) in parameters.enumerated() {
      guard let mean = state["\(name).exp_avg"], let square = state["\(name).exp_avg_sq"] else { continue }
      guard mean.shape == parameter.shape, square.shape == parameter.shape else {
        throw TensorError.shapeMismatch(
          op: "AdamW.load", expected: "\(parameter.shape)", got: mean.shape, argument: name)
      }
      for moment in [mean, square] { moment.storage.category = .optimizer }
      moments[index] = (mean, square)
      steps[index] = stepCounts[name] ?? 0
    }
  }
}
