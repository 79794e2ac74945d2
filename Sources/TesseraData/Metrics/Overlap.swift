/// How well a predicted mask covers a reference mask.
public enum Overlap {
  /// The Dice score, `2·|A ∩ B| / (|A| + |B|)`.
  ///
  /// - Parameters:
  ///   - prediction: the predicted mask A.
  ///   - reference: the true mask B, as long as A.
  ///   - ignoreEmpty: what an empty reference gives: NaN, for `meanIgnoringNaN` to leave out, or else 1 where the
  ///     prediction is empty too and 0 where it is not.
  public static func dice(_ prediction: [Bool], _ reference: [Bool], ignoreEmpty: Bool = true) -> Double {
    precondition(prediction.count == reference.count, "masks of one volume have one length")
    var (predicted, real, common) = (0, 0, 0)
    for (isPredicted, isReal) in zip(prediction, reference) {
      predicted += isPredicted ? 1 : 0
      real += isReal ? 1 : 0
      common += isPredicted && isReal ? 1 : 0
    }
    guard real > 0 else { return ignoreEmpty ? .nan : predicted == 0 ? 1 : 0 }
    return 2 * Double(common) / Double(predicted + real)
  }

  /// The mean of the scores that are numbers; NaN where none is.
  public static func meanIgnoringNaN(_ scores: [Double]) -> Double {
    let numbers = scores.filter { !$0.isNaN }
    return numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
  }
}
