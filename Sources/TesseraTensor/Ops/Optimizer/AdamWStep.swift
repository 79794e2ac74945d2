import CKernels

/// One step of AdamW on one parameter, in place: decoupled weight decay, then a step along corrected averages.
///
/// `p ← p (1 − lr λ)`, `m ← m + (1 − β₁)(g − m)`, `v ← β₂ v + (1 − β₂) g²`,
/// `p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)`
///
/// Run it with `runInPlace(op, [gradient], into: [parameter, average, averageSquare])`.
///
/// - Shape: all four tensors have one shape and one memory order.
/// - Memory: keeps nothing and allocates nothing.
public struct AdamWStep: Op {
  /// `adamw_step`.
  public static let name = "adamw_step"
  /// For help.
  public static let summary = "One AdamW step on one parameter, in place."

  /// Learning rate.
  public let learningRate: Double
  /// Decay of the average gradient.
  public let beta1: Double
  /// Decay of the average squared gradient.
  public let beta2: Double
  /// Added to the denominator.
  public let epsilon: Double
  /// Decoupled weight decay.
  public let weightDecay: Double
  /// Number of this step, from 1.
  public let step: Int

  /// Makes step number `step`, from 1.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.step = step
  }

  /// What the step overwrites: parameter and both averages.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { [inputs[0], inputs[0], inputs[0]] }

  /// Updates slab by slab.
  public func cpu(_ call: KernelCall) throws {
    try call.checkOptimizerStep(Self.name)
    let rule = TesseraAdamW(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      step: Int64(step))
    let (gradient, parameter) = (call.inputs[0], call.outputs[0])
    let (average, averageSquare) = (call.outputs[1], call.outputs[2])
    try call.parallel.run(count: parameter.count, slab: 1 << 16) { range in
      var rule = rule
      let (at, count) = (range.lowerBound, Int64(range.count))
      if parameter.dtype == .float32 {
        tessera_adamw_f32(
          &rule, count, parameter.float32 + at, gradient.float32 + at, average.float32 + at,
          averageSquare.float32 + at)
      } else {
        tessera_adamw_f64(
          &rule, count, parameter.float64 + at, gradient.float64 + at, average.float64 + at,
          averageSquare.float64 + at)
      }
    }
  }

  /// An update is no function to differentiate.
  public var isDifferentiable: Bool { false }

  /// Two averages, a square root and a division.
  public func flops(of inputs: [TensorSpec]) -> Int { 14 * inputs[0].shape.count }
}

extension KernelCall {
  /// An optimizer walks its tensors as flat memory, so they must lie alike and without gaps.
  func checkOptimizerStep(_ op: String) throws {
    try checkFloating(op)
    let parameter = outputs[0]
    for view in inputs + outputs.dropFirst() {
      guard view.shape == parameter.shape, view.dtype == parameter.dtype else {
        throw TensorError.shapeMismatch(
          op: op, expected: "\(parameter.shape) as the parameter", got: view.shape, argument: "a tensor")
      }
      let alike =
        view.layout.isRowMajor && parameter.layout.isRowMajor
        || view.layout.isDense && view.layout.strides == parameter.layout.strides
      guard alike else {
        throw TensorError.unsupported(op: op, what: "a gradient whose memory order is not the parameter's")
      }
    }
  }
}
