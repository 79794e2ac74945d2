import CKernels

/// One step of stochastic gradient descent on one parameter, in place.
///
/// `g ← g + λ p`, `u ← μ u + (1 − τ) g` (the first step sets `u ← g`), `p ← p − lr u`; Nesterov steps by `g + μ u`.
///
/// Run it with `runInPlace(op, [gradient], into: [parameter])`, and with momentum into `[parameter, velocity]`.
///
/// - Shape: all tensors have one shape and one memory order.
/// - Memory: keeps nothing and allocates nothing.
public struct SGDStep: Op {
  /// `sgd_step`.
  public static let name = "sgd_step"
  /// For help.
  public static let summary = "One step of gradient descent on one parameter, in place."

  /// Learning rate.
  public let learningRate: Double
  /// Share of the velocity that stays.
  public let momentum: Double
  /// Share of the gradient that is left out of the velocity.
  public let dampening: Double
  /// Weight decay, added to the gradient.
  public let weightDecay: Double
  /// Whether to look ahead along the velocity.
  public let isNesterov: Bool
  /// Number of this step, from 1.
  public let step: Int

  /// Makes step number `step`, from 1.
  public init(
    learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0, weightDecay: Double = 0,
    isNesterov: Bool = false, step: Int
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
    self.step = step
  }

  /// What the step overwrites: the parameter, and the velocity where there is momentum.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    momentum == 0 ? [inputs[0]] : [inputs[0], inputs[0]]
  }

  /// Updates slab by slab.
  public func cpu(_ call: KernelCall) throws {
    try call.checkOptimizerStep(Self.name)
    guard momentum == 0 || call.outputs.count > 1 else {
      throw TensorError.wrongInputCount(op: Self.name, expected: 2, got: call.outputs.count)
    }
    let rule = TesseraSGD(
      learningRate: learningRate, momentum: momentum, dampening: dampening, weightDecay: weightDecay,
      nesterov: isNesterov, first: step == 1)
    let (gradient, parameter) = (call.inputs[0], call.outputs[0])
    let velocity = call.outputs.count > 1 ? call.outputs[1] : nil
    try call.parallel.run(count: parameter.count, slab: 1 << 16) { range in
      var rule = rule
      let (at, count) = (range.lowerBound, Int64(range.count))
      if parameter.dtype == .float32 {
        tessera_sgd_f32(
          &rule, count, parameter.float32 + at, gradient.float32 + at, velocity.map { $0.float32 + at })
      } else {
        tessera_sgd_f64(
          &rule, count, parameter.float64 + at, gradient.float64 + at, velocity.map { $0.float64 + at })
      }
    }
  }

  /// An update is no function to differentiate.
  public var isDifferentiable: Bool { false }

  /// Decay, velocity and step.
  public func flops(of inputs: [TensorSpec]) -> Int { 6 * inputs[0].shape.count }
}
