import TesseraTensor

/// What an optimizer does to parameters that have gradients.
public protocol Optimizer: AnyObject {
  /// The learning rate of the next step.
  var learningRate: Double { get set }
  /// The parameters it moves.
  var parameters: [(name: String, tensor: Tensor)] { get }
  /// Moves every parameter that has a gradient.
  func step() throws
  /// Bytes that its first steps will make and keep, and that do not live yet.
  var missingStateBytes: Int { get }
  /// Everything that a resumed run needs, by name.
  var state: [(name: String, tensor: Tensor)] { get }
}

extension Optimizer {
  /// Forgets all gradients.
  public func zeroGradients() {
    for (_, parameter) in parameters { parameter.gradient = nil }
  }
}

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

  /// Moves every parameter that has a gradient, in place.
  ///
  /// - Throws: where there is no room for the moments; no parameter has moved then.
  public func step() throws {
    let ledger = parameters.first?.tensor.engine.ledger
    ledger?.mark("step")
    try makeMoments()
    for (index, (_, parameter)) in parameters.enumerated() {
      guard let gradient = parameter.gradient, let moments = moments[index] else { continue }
      try parameter.engine.withoutGradients { try move(index, parameter, gradient, moments) }
    }
    ledger?.mark("step done")
  }

  /// All or none: a step that failed half-way would move the first parameters twice when it is tried again.
  private func makeMoments() throws {
    var fresh = moments
    for (index, (_, parameter)) in parameters.enumerated() where fresh[index] == nil {
      guard parameter.gradient != nil else { continue }
      fresh[index] = try parameter.engine.withoutGradients { try Self.zeros(like: parameter) }
    }
    moments = fresh
  }

  private func move(
    _ index: Int, _ parameter: Tensor, _ gradient: Tensor, _ moments: (mean: Tensor, square: Tensor)
  ) throws {
    let direction = isDecoupled || weightDecay == 0 ? gradient : try gradient + parameter * weightDecay
    let engine = parameter.engine
    try engine.renewing({ self.update(index, isTaken: true) }) {
      try engine.runInPlace(
        update(index, isTaken: false), [direction], into: [parameter, moments.mean, moments.square])
    }
    steps[index, default: 0] += 1
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
