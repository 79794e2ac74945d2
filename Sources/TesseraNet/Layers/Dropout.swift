import TesseraTensor

/// Sets each value to zero with probability p in training, and scales the others by 1/(1 − p).
///
/// - Memory: keeps the mask, one byte a value; nothing when p is 0 or in evaluation.
public final class Dropout: Layer {
  /// How often a value is dropped.
  public let probability: Double

  /// Makes a dropout.
  public init(_ probability: Double, engine: Engine) {
    self.probability = probability
    super.init(engine: engine)
  }

  /// Whether it does anything now.
  var isDropping: Bool { isTraining && probability > 0 }

  /// Drops.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard isDropping else { return inputs[0] }
    return try inputs[0].dropout(probability)
  }
}

/// Drops a whole residual branch for a sample with probability p in training (stochastic depth).
///
/// - Memory: keeps one value a sample.
public final class DropPath: Layer {
  private let probability: Double

  /// Makes a drop path.
  public init(_ probability: Double, engine: Engine) {
    self.probability = probability
    super.init(engine: engine)
  }

  /// Drops or keeps each sample.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    guard isTraining, probability > 0 else { return x }
    let keep = 1 - probability
    let samples = Shape([x.shape[0]] + x.shape.extents.dropFirst().map { _ in 1 })
    let mask = try engine.bernoulli(samples, probability: keep, dtype: x.dtype)
    return try x * (keep > 0 ? mask * (1 / keep) : mask)
  }
}
