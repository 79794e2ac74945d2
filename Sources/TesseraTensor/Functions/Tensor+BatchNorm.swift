/// Normalization of channels over the whole batch.
extension Tensor {
  /// Normalizes each channel of `[N, C, …]` over batch and space to mean 0 and variance 1, then scales and shifts it.
  ///
  /// A batch is one image whose first spatial axis counts the samples: seen so, instance norm's kernel and gradient
  /// serve, and nothing is copied.
  ///
  /// - Returns: the result, and the mean and `1/√(variance + ε)` of every channel, `[C]`, without their graph.
  public func batchNorm(
    _ weight: Tensor?, _ bias: Tensor?, epsilon: Double
  ) throws -> (result: Tensor, mean: Tensor, inverseDeviation: Tensor) {
    let image = try channelsLast().transposed(0, 1).unsqueezed(dim: 0)
    let results = try engine.run(
      InstanceNorm(epsilon: epsilon, showsStatistics: true),
      [image] + [weight, bias].compactMap { $0 })
    let statistics = try engine.withoutGradients {
      try results[1...].map { try $0.detached().squeezed(dims: [0]) }
    }
    return (try results[0].squeezed(dims: [0]).transposed(0, 1), statistics[0], statistics[1])
  }

  /// The same by a mean and a variance that are known, `[C]`; nothing is averaged.
  public func batchNorm(
    _ weight: Tensor?, _ bias: Tensor?, mean: Tensor, variance: Tensor, epsilon: Double
  ) throws -> Tensor {
    let inverseDeviation = try engine.run(ReciprocalSqrt(), variance.adding(epsilon))
    let scale = try weight.map { try $0 * inverseDeviation } ?? inverseDeviation
    let shift = try bias.map { try $0 - mean * scale } ?? (mean * scale).negated()
    let channels = Shape([scale.shape[0]] + [Int](repeating: 1, count: rank - 2))
    return try (self * scale.reshaped(to: channels) + shift.reshaped(to: channels)).cast(to: dtype)
  }
}
