extension Tensor {
  /// The sum over axes; nil for all.
  public func sum(dims: [Int]? = nil, keepDim: Bool = false) throws -> Tensor {
    try engine.run(Sum(dims: dims, keepDim: keepDim), self)
  }

  /// The mean over axes; nil for all.
  public func mean(dims: [Int]? = nil, keepDim: Bool = false) throws -> Tensor {
    try engine.run(Mean(dims: dims, keepDim: keepDim), self)
  }

  /// The mean squared distance from the mean; `correction` 1 estimates it from a sample, 0 takes it of all values.
  public func variance(dims: [Int]? = nil, correction: Double = 1, keepDim: Bool = false) throws -> Tensor {
    let axes = try spec.reducedAxes(op: "var", dims: dims)
    let count = axes.map { shape[$0] }.reduce(1, *)
    let distance = try engine.run(Subtract(), self, mean(dims: dims, keepDim: true))
    let total = try engine.run(Square(), distance).sum(dims: dims, keepDim: keepDim)
    return try engine.run(DivideScalar(by: max(0, Double(count) - correction)), total)
  }

  /// The square root of the variance.
  public func standardDeviation(dims: [Int]? = nil, correction: Double = 1, keepDim: Bool = false) throws
    -> Tensor
  {
    try engine.run(Sqrt(), variance(dims: dims, correction: correction, keepDim: keepDim))
  }

  /// The Euclidean length over axes; nil for all.
  public func norm(dims: [Int]? = nil, keepDim: Bool = false) throws -> Tensor {
    try engine.run(Sqrt(), engine.run(Square(), self).sum(dims: dims, keepDim: keepDim))
  }
}
