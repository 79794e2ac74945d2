import TesseraTensor

/// One minus twice the overlap of prediction and target over their sizes.
///
/// `1 − (2·Σpg + nr)/(Σp + Σg + dr)` for each sample and class, `p` the activated prediction, `g` the target
/// (Milletari et al. 2016; arguments and variants as MONAI 1.6.1).
///
/// - Shape: prediction `(B, C, spatial…)`; target the same, or `(B, 1, spatial…)` of class numbers with `toOneHot`.
/// - Memory: keeps prediction and target; with fusion off, or where one pass does not do, the activated prediction, too.
public struct DiceLoss: Sendable {
  /// How per-class losses become one.
  public enum Reduction: String, Sendable { case mean, sum, none }

  /// Whether channel 0 counts.
  public var includeBackground = true
  /// Whether the target holds class numbers.
  public var toOneHot = false
  /// Whether to apply the sigmoid.
  public var sigmoid = false
  /// Whether to apply the softmax over channels.
  public var softmax = false
  /// Whether sizes are sums of squares.
  public var squared = false
  /// Whether to divide by the union (Jaccard).
  public var jaccard = false
  /// How losses are put together.
  public var reduction = Reduction.mean
  /// Added to the numerator.
  public var smoothNumerator = 1e-5
  /// Added to the denominator.
  public var smoothDenominator = 1e-5
  /// Whether the batch is one sample.
  public var batch = false
  /// One weight a class.
  public var weights: [Double]?

  /// Makes a loss with MONAI's defaults.
  public init() {}

  /// The loss of a prediction.
  ///
  /// - Throws: when both activations are asked for, or the shapes differ.
  public func callAsFunction(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    try validate()
    if let sums = try sums(prediction, target, hasEntropy: false) { return try value(of: sums) }
    // Sums over millions of voxels: 16-bit predictions are widened first.
    let prediction = try prediction.widened()
    var p = try activated(prediction)
    let classes = prediction.shape[1]
    var g = toOneHot && classes > 1 ? try target.oneHot(classes, dim: 1, dtype: prediction.dtype) : target
    if !includeBackground && classes > 1 {
      p = try p.sliced(dim: 1, start: 1)
      g = try g.sliced(dim: 1, start: 1)
    }
    guard p.shape == g.shape else {
      throw TensorError.shapeMismatch(
        op: "dice_loss", expected: "the prediction's \(p.shape)", got: g.shape, argument: "target")
    }
    return try reduced(losses(p, g))
  }

  private func activated(_ prediction: Tensor) throws -> Tensor {
    if sigmoid { return try prediction.sigmoid() }
    return softmax && prediction.shape[1] > 1 ? try prediction.softmax(dim: 1) : prediction
  }

  private func losses(_ p: Tensor, _ g: Tensor) throws -> Tensor {
    let axes = (batch ? [0] : []) + Array(2..<p.rank)
    let overlap = try (p * g).sum(dims: axes)
    let sizes =
      try squared ? (p * p).sum(dims: axes) + (g * g).sum(dims: axes) : p.sum(dims: axes) + g.sum(dims: axes)
    return try losses(overlap: overlap, sizes: sizes)
  }

  private func losses(overlap: Tensor, sizes: Tensor) throws -> Tensor {
    // fp and fn are halved for Dice and whole for Jaccard, so the denominator is the sizes or the doubled union.
    let denominator = try jaccard ? (sizes - overlap) * 2 : sizes
    let ratio = try (overlap * 2).adding(smoothNumerator) / denominator.adding(smoothDenominator)
    return try (ratio * -1).adding(1)
  }

  /// What one pass over prediction and target finds; nil where the ops of PyTorch's eager mode are to run.
  func sums(_ prediction: Tensor, _ target: Tensor, hasEntropy: Bool) throws -> DiceTotals? {
    let engine = prediction.engine
    let isOnePass =
      engine.isFused && engine.hasKernel(for: DiceSums.self) && prediction.dtype.isFloatingPoint
      && prediction.shape == target.shape && prediction.rank >= 3
      && prediction.shape[1] <= DiceSums.classLimit
      && target.dtype == prediction.dtype.accumulation && !target.requiresGradient
    guard isOnePass else { return nil }
    let hasClasses = softmax && prediction.shape[1] > 1
    let op = DiceSums(
      sigmoid ? .sigmoid : hasClasses ? .softmax : .none, squared: squared, hasEntropy: hasEntropy)
    let results = try engine.run(op, [prediction.dense(), target.dense()])
    return DiceTotals(overlap: results[0], sizes: results[1], entropy: results[2])
  }

  /// The loss that the sums of every image and class make.
  func value(of totals: DiceTotals) throws -> Tensor {
    var (overlap, sizes) = (totals.overlap, totals.sizes)
    if !includeBackground && overlap.shape[1] > 1 {
      (overlap, sizes) = (try overlap.sliced(dim: 1, start: 1), try sizes.sliced(dim: 1, start: 1))
    }
    if batch { (overlap, sizes) = (try overlap.sum(dims: [0]), try sizes.sum(dims: [0])) }
    return try reduced(losses(overlap: overlap, sizes: sizes))
  }

  private func reduced(_ losses: Tensor) throws -> Tensor {
    var f = losses
    if let weights, f.shape[f.rank - 1] > 1 {
      guard weights.count == f.shape[f.rank - 1] || weights.count == 1 else {
        throw TensorError.badParameter(
          op: "dice_loss", name: "weight", value: "\(weights)",
          rule: "there are \(f.shape[f.rank - 1]) classes")
      }
      f = try f * f.engine.tensor(weights, [weights.count], dtype: f.dtype)
    }
    switch reduction {
    case .mean: return try f.mean()
    case .sum: return try f.sum()
    case .none: return f
    }
  }

  func validate() throws {
    guard !(sigmoid && softmax) else {
      throw TensorError.badParameter(
        op: "dice_loss", name: "softmax", value: "True", rule: "only one of sigmoid and softmax may be on")
    }
  }
}

/// Sums over space of every image and class, `[N, C]` each.
struct DiceTotals {
  let overlap: Tensor
  let sizes: Tensor
  /// `Σ t log softmax(x)`.
  let entropy: Tensor
}

extension Tensor {
  /// Itself where it is row-major or channels-last, else a row-major copy.
  fileprivate func dense() throws -> Tensor {
    layout.isRowMajor || layout.isChannelsLast ? self : try contiguous()
  }
}
