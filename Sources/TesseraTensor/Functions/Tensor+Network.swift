/// What layers are made of, as methods.
extension Tensor {
  /// `x·Wᵀ + b`.
  public func linear(_ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    try engine.run(Linear(), [self, weight] + (bias.map { [$0] } ?? []))[0]
  }

  /// The matrix product over the last two axes, batched over the others.
  public func matmul(_ other: Tensor) throws -> Tensor { try engine.run(MatMul(), self, other) }

  /// Itself where it lies channels-last, else a copy that does.
  public func channelsLast() throws -> Tensor {
    layout.isChannelsLast ? self : try engine.run(Copy(order: .channelsLast), self)
  }

  /// A convolution.
  public func convolution(_ weight: Tensor, _ bias: Tensor?, stride: [Int], padding: [Int]) throws -> Tensor {
    try engine.run(
      Convolution(ConvolutionGeometry(stride: stride, padding: padding)),
      [self, weight] + (bias.map { [$0] } ?? []))[0]
  }

  /// A transposed convolution.
  public func transposedConvolution(_ weight: Tensor, _ bias: Tensor?, stride: [Int]) throws -> Tensor {
    try engine.run(
      ConvolutionTranspose(ConvolutionGeometry(stride: stride)), [self, weight] + (bias.map { [$0] } ?? []))[
        0]
  }

  /// `e^x` along an axis, over its sum.
  public func softmax(dim: Int) throws -> Tensor { try engine.run(Softmax(axis: dim), self) }

  /// The logarithm of the softmax.
  public func logSoftmax(dim: Int) throws -> Tensor { try engine.run(LogSoftmax(axis: dim), self) }

  /// Normalizes the last axis.
  public func layerNorm(_ weight: Tensor?, _ bias: Tensor?, epsilon: Double) throws -> Tensor {
    try engine.run(LayerNorm(epsilon: epsilon), [self] + [weight, bias].compactMap { $0 })[0]
  }

  /// Normalizes each channel of each sample.
  public func instanceNorm(_ weight: Tensor?, _ bias: Tensor?, epsilon: Double) throws -> Tensor {
    try engine.run(InstanceNorm(epsilon: epsilon), [self] + [weight, bias].compactMap { $0 })[0]
  }

  /// Zeros before and after each axis, first axis first.
  public func padded(_ amounts: [(before: Int, after: Int)]) throws -> Tensor {
    try engine.run(Pad(amounts.reversed().flatMap { [$0.before, $0.after] }), self)
  }

  /// Elements moved along axes; what leaves at one end enters at the other.
  public func rolled(by shifts: [Int], dims: [Int]) throws -> Tensor {
    try engine.run(Roll(shifts, dims: dims), self)
  }

  /// Rows of this table by number.
  public func indexSelected(_ indices: Tensor) throws -> Tensor {
    try engine.run(IndexSelect(dim: 0), self, indices)
  }

  /// Tensors joined along an axis.
  public static func concatenate(_ tensors: [Tensor], dim: Int) throws -> Tensor {
    try tensors[0].engine.run(Concatenate(dim: dim), tensors)[0]
  }

  /// Ones where a class number (extent 1 along `dim`) is the position along `dim`, else zeros.
  public func oneHot(_ classes: Int, dim: Int, dtype: DType) throws -> Tensor {
    var extents = [Int](repeating: 1, count: rank)
    extents[try shape.axis(dim, op: "one_hot")] = classes
    let numbers = try engine.tensor(
      (0..<classes).map(Double.init), Shape(extents), dtype: self.dtype, purpose: .temporary)
    return try engine.run(Cast(to: dtype), engine.run(Equal(), self, numbers))
  }
}
