import TesseraTensor

extension Engine {
  /// A tensor of uniform values in `-bound..<bound`: how PyTorch fills weights, with `bound = 1/√fan_in`.
  public func uniformParameter(_ shape: Shape, bound: Double) throws -> Tensor {
    try withoutGradients {
      let unit = try random(shape)
      return try (unit * (2 * bound)).adding(-bound)
    }
  }

  /// A tensor of normal values with the given spread.
  public func normalParameter(_ shape: Shape, standardDeviation: Double) throws -> Tensor {
    try withoutGradients { try randomNormal(shape) * standardDeviation }
  }
}
