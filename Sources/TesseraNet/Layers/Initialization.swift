import TesseraTensor

extension Engine {
  /// A tensor of uniform values in `-bound..<bound`: how PyTorch fills weights, with `bound = 1/√fan_in`.
  public func uniformParameter(_ shape: Shape, bound: Double) throws -> Tensor {
    try withoutGradients { try uniform(shape, low: -bound, high: bound, dtype: defaultDType) }
  }

  /// A tensor of normal values with the given spread.
  public func normalParameter(_ shape: Shape, standardDeviation: Double) throws -> Tensor {
    try withoutGradients { try normal(shape, standardDeviation: standardDeviation, dtype: defaultDType) }
  }
}
