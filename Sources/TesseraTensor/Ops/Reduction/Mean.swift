/// The mean over axes.
///
/// `y = (Σ x) / n`
///
/// - Parameters: `dim`, the axes, None for all; `keepdim`, whether they stay with extent 1.
/// - Shape: the input's without the axes.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist or is named twice, or the input is not floating.
public struct Mean: ReductionOp {
  /// `mean`, after PyTorch.
  public static let name = "mean"
  /// For help.
  public static let summary = "The mean over axes."
  /// All axes, one axis, two axes.
  public static var samples: [OpSample] {
    [
      OpSample(Mean(), .init([3, 4])), OpSample(Mean(dims: [1], keepDim: true), .init([3, 4])),
      OpSample(Mean(dims: [0, 2]), .init([2, 3, 4])),
    ]
  }
  /// The axes; nil for all.
  public let dims: [Int]?
  /// Whether the axes stay with extent 1.
  public let keepDim: Bool

  /// Makes the op.
  public init(dims: [Int]? = nil, keepDim: Bool = false) {
    self.dims = dims
    self.keepDim = keepDim
  }

  /// The kept extents.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try inputs[0].requireFloatingPoint(op: Self.name)
    return [try inputs[0].reduced(op: Self.name, dims: dims, keepDim: keepDim)]
  }

  /// Sums, then divides in float64 before rounding.
  public func cpu(_ call: KernelCall) throws {
    let (axes, count) = try reduced(call.inputs[0].spec)
    try call.sum(Self.name, axes: axes, divisor: Double(count))
  }

  /// An equal share of the gradient, stretched over the axes.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let input = backward.inputs[0]
    let (axes, count) = try reduced(input)
    let share = try backward.engine.run(DivideScalar(by: Double(count)), backward.gradient())
    return [try share.stretched(over: axes, to: input.shape)]
  }

  private func reduced(_ input: TensorSpec) throws -> (axes: [Int], count: Int) {
    let axes = try input.reducedAxes(op: Self.name, dims: dims)
    return (axes, axes.map { input.shape[$0] }.reduce(1, *))
  }
}
