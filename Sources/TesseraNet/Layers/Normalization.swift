import TesseraTensor

/// Normalizes the last axis to mean 0 and variance 1, then scales and shifts it.
///
/// `y = (x − mean)/√(variance + eps) · weight + bias`, biased variance.
///
/// - Shape: any shape whose last extent is `features`.
/// - Memory: keeps x, mean and 1/deviation.
public final class LayerNorm: Layer {
  /// The scale, or nil.
  public let weight: Tensor?
  /// The shift, or nil.
  public let bias: Tensor?
  private let epsilon: Double

  /// Makes a norm that starts as the plain normalization.
  public init(_ features: Int, epsilon: Double = 1e-5, affine: Bool = true, engine: Engine) throws {
    weight = affine ? try engine.ones([features]) : nil
    bias = affine ? try engine.zeros([features]) : nil
    self.epsilon = epsilon
    super.init(engine: engine)
    if let weight { try register("weight", parameter: weight) }
    if let bias { try register("bias", parameter: bias) }
  }

  /// Normalizes.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].layerNorm(weight, bias, epsilon: epsilon)
  }
}

/// Normalizes each channel of each sample over its voxels.
///
/// - Shape: `(N, C, spatial…)`.
/// - Memory: keeps x, mean and 1/deviation.
/// - Throws: when there is one voxel, whose variance is zero; MONAI refuses it in training and evaluation alike.
public final class InstanceNorm: Layer {
  private let weight: Tensor?
  private let bias: Tensor?
  private let epsilon: Double

  /// Makes a norm; without `affine` it has no parameters.
  public init(_ channels: Int, epsilon: Double = 1e-5, affine: Bool = false, engine: Engine) throws {
    weight = affine ? try engine.ones([channels]) : nil
    bias = affine ? try engine.zeros([channels]) : nil
    self.epsilon = epsilon
    super.init(engine: engine)
    if let weight { try register("weight", parameter: weight) }
    if let bias { try register("bias", parameter: bias) }
  }

  /// Normalizes.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].instanceNorm(weight, bias, epsilon: epsilon)
  }
}
