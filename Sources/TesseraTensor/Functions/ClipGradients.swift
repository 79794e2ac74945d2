extension Tensor {
  /// Scales the gradients of `leaves` in place so that their common Euclidean length is at most `limit`.
  ///
  /// - Returns: the length before; 0 where there are no values, as in a dry run.
  /// - Throws: where backward moved a leaf and let its gradient go: the length needs all of them.
  public static func clipGradients(of leaves: [Tensor], to limit: Double) throws -> Double {
    guard !leaves.contains(where: \.isGradientSpent) else {
      throw TensorError.gradientsSpent(op: "clip_grad_norm")
    }
    let gradients = leaves.compactMap(\.gradient)
    guard let engine = gradients.first?.engine else { return 0 }
    return try engine.withoutGradients {
      var squares = 0.0
      for gradient in gradients {
        let length = try gradient.norm()
        if length.isDry { return 0 }
        let value = try length.item()
        squares += value * value
      }
      let total = squares.squareRoot()
      // PyTorch's guard against a length of zero.
      let factor = limit / (total + 1e-6)
      guard factor < 1 else { return total }
      for gradient in gradients {
        try engine.runInPlace(MultiplyScalar(by: factor), [gradient], into: gradient)
      }
      return total
    }
  }
}
