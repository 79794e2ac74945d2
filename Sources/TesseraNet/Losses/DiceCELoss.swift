import TesseraTensor

/// Dice plus cross entropy, as MONAI's `DiceCELoss`.
///
/// With more than one channel the cross entropy is the softmax one even when Dice uses the sigmoid: channel targets
/// are then class probabilities. With one channel it is the binary one.
///
/// - Memory: keeps prediction and target; with fusion off, or where one pass does not do, the activated prediction and the
///   log-probabilities, too.
public struct DiceCELoss: Sendable {
  /// The Dice part.
  public var dice = DiceLoss()
  /// Weight of the Dice part.
  public var diceWeight = 1.0
  /// Weight of the cross entropy.
  public var crossEntropyWeight = 1.0
  /// Share of each target that is spread over all classes.
  public var labelSmoothing = 0.0

  /// Makes a loss with MONAI's defaults.
  public init() {}

  /// The loss of a prediction.
  public func callAsFunction(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    guard diceWeight >= 0, crossEntropyWeight >= 0 else {
      throw TensorError.badParameter(
        op: "dice_ce_loss", name: "lambda", value: "\(min(diceWeight, crossEntropyWeight))",
        rule: "it may not be negative")
    }
    let (overlap, entropy) = try parts(prediction, target)
    return try overlap * diceWeight + entropy * crossEntropyWeight
  }

  /// Dice and cross entropy, from one pass where there is one for both.
  private func parts(_ prediction: Tensor, _ target: Tensor) throws -> (dice: Tensor, entropy: Tensor) {
    try dice.validate()
    if prediction.rank > 1, prediction.shape[1] > 1, labelSmoothing == 0,
      let sums = try dice.sums(prediction, target, hasEntropy: true)
    {
      let voxels = prediction.shape.count / prediction.shape[1]
      return (try dice.value(of: sums), try sums.entropy.sum() * (-1 / Double(voxels)))
    }
    let wide = try prediction.widened()
    return (try dice(wide, target), try crossEntropy(wide, target))
  }

  private func crossEntropy(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    if prediction.shape[1] == 1 { return try binaryCrossEntropyWithLogits(prediction, target) }
    return try TesseraNet.crossEntropy(prediction, target, labelSmoothing: labelSmoothing)
  }
}

/// Softmax cross entropy; the target holds class numbers `(B, 1, …)` or `(B, …)`, or a probability a channel.
///
/// `−Σ_c t_c·log softmax(x)_c`, averaged over batch and voxels.
public func crossEntropy(_ logits: Tensor, _ target: Tensor, labelSmoothing: Double = 0) throws -> Tensor {
  let logits = try logits.widened()
  let classes = logits.shape[1]
  var t = target
  if t.rank == logits.rank - 1 { t = try t.unsqueezed(dim: 1) }
  guard t.rank == logits.rank, t.shape[1] == 1 || t.shape[1] == classes else {
    throw TensorError.shapeMismatch(
      op: "cross_entropy", expected: "1 or \(classes) channels", got: target.shape, argument: "target")
  }
  if t.shape[1] == 1 { t = try t.oneHot(classes, dim: 1, dtype: logits.dtype) }
  if labelSmoothing > 0 { t = try (t * (1 - labelSmoothing)).adding(labelSmoothing / Double(classes)) }
  let voxels = logits.shape.count / classes
  let logProbabilities = try logits.logSoftmax(dim: 1)
  return try (logProbabilities * t).sum() * (-1 / Double(voxels))
}

/// Binary cross entropy of logits: `mean(max(x, 0) − x·t + log(1 + e^−|x|))`.
public func binaryCrossEntropyWithLogits(_ logits: Tensor, _ target: Tensor) throws -> Tensor {
  let logits = try logits.widened()
  let softplus = try ((logits.absolute() * -1).exponential().adding(1)).logarithm()
  return try (logits.relu() - logits * target + softplus).mean()
}
