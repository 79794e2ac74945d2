import TesseraNet
import TesseraScript
import TesseraTensor

/// Losses with MONAI's and PyTorch's arguments.
enum LossBuiltins {
  static var all: [Builtin] { [dice, diceCE, crossEntropy, binary, mse] }

  private static let diceOptions =
    "include_background=True, to_onehot_y=False, sigmoid=False, softmax=False, squared_pred=False, jaccard=False, "
    + "reduction=\"mean\", smooth_nr=1e-05, smooth_dr=1e-05, batch=False, weight=None"

  private static let dice = Builtin(
    "dice_loss(input, target, \(diceOptions))",
    "One minus twice the overlap of prediction and target over their sizes, as MONAI's DiceLoss.",
    example: "round(dice_loss(ones(1, 1, 4), ones(1, 1, 4)).item(), 4)", output: "0.0"
  ) { call in
    call.value(try diceLoss(call)(call.tensor("input"), call.target()))
  }

  private static let diceCE = Builtin(
    "dice_ce_loss(input, target, \(diceOptions), lambda_dice=1.0, lambda_ce=1.0, label_smoothing=0.0)",
    "Dice plus cross entropy, as MONAI's DiceCELoss.",
    example: "dice_ce_loss(zeros(1, 2, 4), ones(1, 2, 4), sigmoid=True).shape", output: "()"
  ) { call in
    var loss = DiceCELoss()
    loss.dice = try diceLoss(call)
    loss.diceWeight = try call.float("lambda_dice")
    loss.crossEntropyWeight = try call.float("lambda_ce")
    loss.labelSmoothing = try call.probability("label_smoothing")
    return call.value(try loss(call.tensor("input"), call.target()))
  }

  private static let crossEntropy = Builtin(
    "cross_entropy(input, target, label_smoothing=0.0)",
    "Softmax cross entropy; the target holds class numbers, or one probability a class.",
    example: "cross_entropy(zeros(1, 2), tensor([1]))", output: "tensor(0.6931, float32)"
  ) { call in
    call.value(
      try TesseraNet.crossEntropy(
        call.batch("input"), call.tensor("target"), labelSmoothing: call.probability("label_smoothing")))
  }

  private static let binary = Builtin(
    "bce_with_logits(input, target)", "Binary cross entropy of logits.",
    example: "bce_with_logits(zeros(2), ones(2))", output: "tensor(0.6931, float32)"
  ) { call in
    call.value(try binaryCrossEntropyWithLogits(call.tensor("input"), call.target(batched: false)))
  }

  private static let mse = Builtin(
    "mse_loss(input, target)", "The mean squared difference.",
    example: "mse_loss(tensor([1., 3.]), tensor([1., 1.]))", output: "tensor(2., float32)"
  ) { call in
    let (input, target) = try (call.tensor("input"), call.target(batched: false))
    let difference = try call.engine.binary(.subtract, .tensor(input), .tensor(target))
    return call.value(try call.engine.run(Square(), difference).mean())
  }

  private static func diceLoss(_ call: Call) throws -> DiceLoss {
    var loss = DiceLoss()
    loss.includeBackground = try call.bool("include_background")
    loss.toOneHot = try call.bool("to_onehot_y")
    loss.sigmoid = try call.bool("sigmoid")
    loss.softmax = try call.bool("softmax")
    loss.squared = try call.bool("squared_pred")
    loss.jaccard = try call.bool("jaccard")
    loss.smoothNumerator = try call.float("smooth_nr")
    loss.smoothDenominator = try call.float("smooth_dr")
    loss.batch = try call.bool("batch")
    guard let reduction = DiceLoss.Reduction(rawValue: try call.string("reduction")) else {
      throw call.mismatch("reduction", "\"mean\", \"sum\" or \"none\"")
    }
    loss.reduction = reduction
    if !call.isNone("weight") { loss.weights = try call.numbers("weight") }
    return loss
  }
}

extension Call {
  /// A tensor of at least two axes: batch and channels.
  fileprivate func batch(_ name: String) throws -> Tensor {
    let tensor = try tensor(name)
    guard tensor.rank >= 2 else {
      throw TensorError.wrongRank(
        op: functionName, argument: name, expected: "(batch, channels, …)", shape: tensor.shape)
    }
    return tensor
  }

  /// The target in the type that the loss is computed in: labels and masks need no conversion in the script.
  fileprivate func target(batched: Bool = true) throws -> Tensor {
    let input = batched ? try batch("input") : try tensor("input")
    return try (batched ? batch("target") : tensor("target")).cast(to: input.dtype.accumulation)
  }

  /// One number or a list of them.
  func numbers(_ name: String) throws -> [Double] {
    if let number = self[name].number { return [number] }
    if let tensor = self[name].tensor { return try tensor.doubles() }
    let numbers = try elements(name).compactMap(\.number)
    guard try numbers.count == elements(name).count else { throw mismatch(name, "numbers") }
    return numbers
  }
}
