import CKernels

/// A C kernel that writes elements `begin..<end` of a draw: key, stream, output, begin, end.
typealias DrawKernel<Element> =
  @Sendable (
    UInt64, UInt64, UnsafeMutablePointer<Element>?, Int64, Int64
  ) -> Void

extension KernelCall {
  /// Draws the output's elements in memory order, each times `scale` plus `shift`.
  func draw(
    _ name: String, _ stream: RandomStream, scale: Double, shift: Double, float32: DrawKernel<Float>,
    float64: DrawKernel<Double>
  ) throws {
    let output = outputs[0]
    try parallel.run(count: output.count, slab: Walk.slab) { slab in
      switch output.dtype {
      case .float64: Self.draw(stream, scale, shift, float64, output.float64, slab)
      case .float32: Self.draw(stream, Float(scale), Float(shift), float32, output.float32, slab)
      default:
        let scratch = FloatScratch(count: slab.count, buffers: 1)
        defer { scratch.free() }
        Self.draw(stream, Float(scale), Float(shift), float32, scratch[0] - slab.lowerBound, slab)
        ck_cast(
          .float32, output.dtype.kernelType, 1, [Int64(slab.count)], scratch[0], [1],
          output.pointer + slab.lowerBound * output.dtype.byteCount, [1], 0, Int64(slab.count))
      }
    }
  }

  private static func draw<Element: BinaryFloatingPoint>(
    _ stream: RandomStream, _ scale: Element, _ shift: Element, _ kernel: DrawKernel<Element>,
    _ out: UnsafeMutablePointer<Element>, _ slab: Range<Int>
  ) {
    kernel(stream.seed, stream.stream, out, Int64(slab.lowerBound), Int64(slab.upperBound))
    if scale == 1 && shift == 0 { return }
    for index in slab { out[index] = out[index] * scale + shift }
  }
}

extension Engine {
  /// Uniform random numbers in `low..<high` from the next stream of the running layer.
  public func uniform(_ shape: Shape, low: Double = 0, high: Double = 1, dtype: DType = .float32) throws
    -> Tensor
  {
    try run(RandomUniform(TensorSpec(shape, dtype), low: low, high: high, stream: nextRandomStream()), [])[0]
  }

  /// Normal random numbers from the next stream of the running layer.
  public func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32
  ) throws -> Tensor {
    let spec = TensorSpec(shape, dtype)
    let op = RandomNormal(
      spec, mean: mean, standardDeviation: standardDeviation, stream: nextRandomStream())
    return try run(op, [])[0]
  }

  /// Random integers in `low..<high` from the next stream of the running layer.
  public func randomIntegers(_ shape: Shape, low: Int = 0, high: Int) throws -> Tensor {
    try run(RandomInteger(shape, low: low, high: high, stream: nextRandomStream()), [])[0]
  }

  /// Ones with a given probability, from the next stream of the running layer.
  public func bernoulli(_ shape: Shape, probability: Double, dtype: DType = .float32) throws -> Tensor {
    let op = Bernoulli(TensorSpec(shape, dtype), probability: probability, stream: nextRandomStream())
    return try run(op, [])[0]
  }
}

extension Tensor {
  /// Elements zeroed with probability `p`, the others scaled, from the next stream of the running layer.
  public func dropout(_ p: Double) throws -> Tensor {
    try engine.run(Dropout(p, stream: engine.nextRandomStream()), self)
  }
}
