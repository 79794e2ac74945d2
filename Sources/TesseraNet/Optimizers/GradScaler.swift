import TesseraTensor

/// Scales a loss so that float16 gradients do not vanish, and finds the largest scale at which none overflows.
///
/// float16 has no numbers below 6·10⁻⁸ and none above 65504. The loss is multiplied by the scale before backward, the
/// gradients are divided by it before the step; a step with an infinite gradient is skipped and the scale halved. The rule
/// and its defaults are PyTorch's.
public final class GradScaler {
  /// What the loss is multiplied by.
  public private(set) var scale: Double
  /// What the scale is multiplied by after `growthInterval` steps without overflow.
  public let growthFactor: Double
  /// What the scale is multiplied by after an overflow.
  public let backoffFactor: Double
  /// Steps without overflow before the scale grows.
  public let growthInterval: Int
  /// Whether the scaler does anything; off, it passes everything through.
  public let isEnabled: Bool
  private var cleanSteps = 0
  /// Per optimizer since the last update: whether its gradients were finite.
  private var unscaled: [ObjectIdentifier: Bool] = [:]

  /// Makes a scaler with PyTorch's defaults.
  public init(
    initialScale: Double = 65536, growthFactor: Double = 2, backoffFactor: Double = 0.5,
    growthInterval: Int = 2000, isEnabled: Bool = true
  ) {
    scale = initialScale
    self.growthFactor = growthFactor
    self.backoffFactor = backoffFactor
    self.growthInterval = growthInterval
    self.isEnabled = isEnabled
  }

  /// The loss times the scale, to call `backward` on.
  public func scaled(_ loss: Tensor) throws -> Tensor {
    guard isEnabled else { return loss }
    let scaled = try loss * scale
    scaled.markScaledLoss()
    return scaled
  }

  /// Divides the gradients of an optimizer's parameters by the scale, in place, once between updates: to clip them, say.
  ///
  /// - Throws: when it was called before and `update` was not, or when backward moved the parameters already.
  public func unscale(_ optimizer: any Optimizer) throws {
    guard isEnabled else { return }
    guard unscaled[ObjectIdentifier(optimizer)] == nil else {
      throw TensorError.unsupported(op: "unscale_", what: "a second call before update()")
    }
    guard !optimizer.parameters.contains(where: \.tensor.isGradientSpent) else {
      throw TensorError.gradientsSpent(op: "unscale_")
    }
    var isFinite = true
    for (_, parameter) in optimizer.parameters {
      guard let gradient = parameter.gradient else { continue }
      let engine = parameter.engine
      try engine.withoutGradients {
        try engine.runInPlace(MultiplyScalar(by: 1 / scale), [gradient], into: gradient)
        isFinite = try isFinite && gradient.hasFiniteSum()
      }
    }
    unscaled[ObjectIdentifier(optimizer)] = isFinite
  }

  /// Steps the optimizer unless a gradient overflowed; returns whether it did.
  @discardableResult
  public func step(_ optimizer: any Optimizer) throws -> Bool {
    let key = ObjectIdentifier(optimizer)
    if isEnabled, unscaled[key] == nil { try unscale(optimizer) }
    guard unscaled[key] ?? true else { return false }
    try optimizer.step()
    return true
  }

  /// Moves the scale by what the steps since the last update met.
  public func update() {
    guard isEnabled else { return }
    defer { unscaled = [:] }
    guard !unscaled.values.contains(false) else {
      scale *= backoffFactor
      cleanSteps = 0
      return
    }
    cleanSteps += 1
    guard cleanSteps == growthInterval else { return }
    scale *= growthFactor
    cleanSteps = 0
  }
}

extension Tensor {
  /// Whether no value is infinite or NaN, of which a sum becomes one, too; true for a dry tensor, whose values nobody knows.
  fileprivate func hasFiniteSum() throws -> Bool {
    isDry ? true : try sum().doubles()[0].isFinite
  }
}
