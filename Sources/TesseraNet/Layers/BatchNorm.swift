import TesseraTensor

/// Normalizes each channel over batch and space, and averages what it normalized by for evaluation.
///
/// In training `y = (x − mean)/√(variance + eps) · weight + bias` by the batch's own mean and biased variance; in
/// evaluation by the running averages, into which every training pass moves its mean and unbiased variance.
///
/// - Shape: `(N, C, spatial…)`, any number of spatial axes.
/// - Memory: keeps x, mean and 1/deviation.
/// - Throws: in training, when a channel has one value, whose variance is zero.
public final class BatchNorm: Layer {
  /// The averages over training passes, under PyTorch's names.
  private struct Running {
    let mean: Tensor
    let variance: Tensor
    let batches: Tensor
  }

  private let weight: Tensor?
  private let bias: Tensor?
  private let running: Running?
  private let channels: Int
  private let epsilon: Double
  private let momentum: Double?

  /// Makes a norm that starts as the plain normalization.
  ///
  /// - Parameters:
  ///   - momentum: the share of the newest pass in the averages; nil weighs all passes alike.
  ///   - tracksRunningStatistics: whether to average at all; evaluation uses the batch's own statistics otherwise.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    tracksRunningStatistics: Bool = true, engine: Engine
  ) throws {
    weight = affine ? try engine.ones([channels]) : nil
    bias = affine ? try engine.zeros([channels]) : nil
    running =
      tracksRunningStatistics
      ? Running(
        mean: try engine.zeros([channels]), variance: try engine.ones([channels]),
        batches: try engine.zeros([], dtype: .int64)) : nil
    (self.channels, self.epsilon, self.momentum) = (channels, epsilon, momentum)
    super.init(engine: engine)
    if let weight { try register("weight", parameter: weight) }
    if let bias { try register("bias", parameter: bias) }
    guard let running else { return }
    register("running_mean", buffer: running.mean)
    register("running_var", buffer: running.variance)
    register("num_batches_tracked", buffer: running.batches)
  }

  /// Normalizes, and in training moves the averages.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    try check(x)
    if !isTraining, let running {
      return try x.batchNorm(
        weight, bias, mean: running.mean, variance: running.variance, epsilon: epsilon)
    }
    let (result, mean, inverseDeviation) = try x.batchNorm(weight, bias, epsilon: epsilon)
    if isTraining, let running {
      // A checkpointed segment replays recorded ops. These are not recorded, so no pass is averaged twice.
      try engine.outsideSegments {
        try engine.withoutGradients {
          try update(running, mean, inverseDeviation, count: x.shape.count / channels)
        }
      }
    }
    return result
  }

  private func check(_ x: Tensor) throws {
    guard x.dtype.isFloatingPoint else {
      throw TensorError.wrongDType(
        op: typeName, argument: "the input", expected: "a floating type", got: x.dtype)
    }
    guard x.rank >= 2 else {
      throw TensorError.wrongRank(
        op: typeName, argument: "the input", expected: "(N, C, spatial…)", shape: x.shape)
    }
    let usesBatch = isTraining || running == nil
    let expected =
      x.shape[1] != channels
      ? "\(channels) channels in dim 1"
      : usesBatch && x.shape.count <= channels ? "more than one value per channel" : nil
    guard let expected else { return }
    throw TensorError.shapeMismatch(op: typeName, expected: expected, got: x.shape, argument: "the input")
  }

  /// - Parameter count: the values of one channel, from which the unbiased variance follows.
  private func update(_ running: Running, _ mean: Tensor, _ inverseDeviation: Tensor, count: Int) throws {
    if !mean.isDry { try engine.runInPlace(AddScalar(1), [running.batches], into: running.batches) }
    let share = try momentum ?? (mean.isDry ? 1 : 1 / running.batches.item())
    // Exact to float32's rounding of variance + ε, which is what evaluation divides by.
    let biased = try engine.run(PowerScalar(exponent: -2), inverseDeviation).adding(-epsilon)
    let unbiased = try engine.run(Clamp(low: 0), biased * (Double(count) / Double(count - 1)))
    for (average, newest) in [(running.mean, mean), (running.variance, unbiased)] {
      let moved = try newest.cast(to: average.dtype) * share
      try engine.runInPlace(Add(), [average * (1 - share), moved], into: average)
    }
  }
}
