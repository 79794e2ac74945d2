import CKernels

/// Float32 copies of one slab's operands: how 16-bit types, which are storage only, are computed with.
///
/// Sendable by hand: one slab makes it, uses it and frees it on one thread.
struct FloatScratch: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Float>
  private let count: Int

  /// Makes `buffers` buffers of `count` elements each.
  init(count: Int, buffers: Int) {
    self.count = count
    base = .allocate(capacity: max(1, count * buffers))
  }

  func free() { base.deallocate() }

  subscript(buffer: Int) -> UnsafeMutablePointer<Float> { base + buffer * count }

  /// Converts the slab's part of `view`, which is tensor number `operand` of the walk, into a buffer.
  func load(_ view: TensorView, _ walk: Walk, operand: Int, _ range: Range<Int>, into buffer: Int) {
    ck_cast(
      view.dtype.kernelType, .float32, walk.rank, walk.shape, view.pointer, walk.strides[operand],
      self[buffer] - range.lowerBound, walk.denseStrides, Int64(range.lowerBound), Int64(range.upperBound))
  }

  /// Converts a buffer into the slab's part of the output.
  func store(_ buffer: Int, _ view: TensorView, _ walk: Walk, _ range: Range<Int>) {
    ck_cast(
      .float32, view.dtype.kernelType, walk.rank, walk.shape, self[buffer] - range.lowerBound,
      walk.denseStrides, view.pointer, walk.strides[0], Int64(range.lowerBound), Int64(range.upperBound))
  }
}

extension DType {
  /// The C kernels' name for the type.
  var kernelType: CKType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .int32: .int32
    case .int64: .int64
    case .bool: .bool
    case .float16: .float16
    case .bfloat16: .bFloat16
    }
  }
}

extension KernelCall {
  /// Computes a slab at a time in float32: operands are converted, `body` runs on them, the result is rounded.
  func throughFloat32(
    _ walk: Walk, inputs: [TensorView],
    _ body: @Sendable ([UnsafeMutablePointer<Float>], UnsafeMutablePointer<Float>, Int) -> Void
  ) throws {
    let output = outputs[0]
    try slabs(of: walk) { range in
      let scratch = FloatScratch(count: range.count, buffers: inputs.count + 1)
      defer { scratch.free() }
      for (index, input) in inputs.enumerated() {
        scratch.load(input, walk, operand: index + 1, range, into: index)
      }
      body(inputs.indices.map { scratch[$0] }, scratch[inputs.count], range.count)
      scratch.store(inputs.count, output, walk, range)
    }
  }
}
