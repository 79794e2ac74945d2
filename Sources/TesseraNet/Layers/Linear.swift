import TesseraTensor

/// An affine map of the last axis.
///
/// `y = x · Wᵀ + b`, with `W` of shape `(out, in)`.
///
/// - Shape: `(…, in)` to `(…, out)`.
/// - Memory: keeps x and W.
public final class Linear: Layer {
  /// The weight, `(out, in)`.
  public let weight: Tensor
  /// The bias, `(out,)`, or nil.
  public let bias: Tensor?

  /// Makes a map with PyTorch's uniform initial values, bound `1/√in`.
  public init(_ inFeatures: Int, _ outFeatures: Int, bias hasBias: Bool = true, engine: Engine) throws {
    let bound = 1 / Double(max(1, inFeatures)).squareRoot()
    weight = try engine.uniformParameter([outFeatures, inFeatures], bound: bound)
    bias = hasBias ? try engine.uniformParameter([outFeatures], bound: bound) : nil
    super.init(engine: engine)
    try register("weight", parameter: weight)
    if let bias { try register("bias", parameter: bias) }
  }

  /// Applies the map.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].linear(weight, bias) }
}
