import CKernels

/// Row-major copies of an index tensor's values, counted from the front and checked.
///
/// Sendable by hand: written once, then only read.
final class IndexBuffer: @unchecked Sendable {
  let values: UnsafeMutablePointer<Int64>
  let count: Int

  /// Copies `index`, whose values must lie in `-limit..<limit`.
  init(_ index: TensorView, limit: Int, op: String, axis: Int, shape: Shape) throws {
    count = index.count
    values = .allocate(capacity: max(1, count))
    let walk = try Walk(op: op, [Layout(rowMajor: index.shape), index.layout.atOrigin])
    ck_copy(
      8, walk.rank, walk.shape, index.pointer, walk.strides[1], values, walk.strides[0], 0, Int64(count))
    let wrong = ck_index_normalize(values, Int64(count), Int64(limit), values)
    if wrong >= 0 {
      throw TensorError.indexOutOfRange(op: op, index: Int(values[Int(wrong)]), axis: axis, shape: shape)
    }
  }

  deinit { values.deallocate() }
}

extension TensorSpec {
  /// Throws unless this is a tensor of int64 positions.
  func requireIndex(op: String, rank: Int? = nil) throws {
    try require(.int64, op: op, argument: "index")
    guard rank == nil || shape.rank == rank else {
      throw TensorError.wrongRank(op: op, argument: "index", expected: "one dim", shape: shape)
    }
  }
}

extension Layout {
  /// The strides with axis `axis` standing still, seen under `shape`.
  func still(at axis: Int, shape: Shape) -> Layout {
    var result = Layout(shape: shape, strides: strides)
    result.strides[axis] = 0
    return result
  }

  /// A layout for one index an element of `axis`, the same wherever else one looks.
  static func indices(along axis: Int, of shape: Shape) -> Layout {
    Layout(shape: shape, strides: (0..<shape.rank).map { $0 == axis ? 1 : 0 })
  }
}

extension KernelCall {
  /// Reads the first input along `axis` at the positions in `indices`.
  func gather(_ name: String, axis: Int, _ indices: IndexBuffer, _ indexLayout: Layout) throws {
    let (source, output) = (inputs[0], outputs[0])
    let still = source.layout.still(at: axis, shape: output.shape)
    let walk = try Walk(op: name, [output.layout.atOrigin, indexLayout, still])
    let step = Int64(source.layout.strides[axis])
    try slabs(of: walk) { range in
      let loops = Loops(walk, range)
      ck_gather(
        Int32(output.dtype.byteCount), loops.rank, loops.shape, source.pointer, loops.strides[2], step,
        indices.values, loops.strides[1], output.pointer, loops.strides[0], loops.begin, loops.end)
    }
  }

  /// Adds the first input to a zeroed output along `axis`, at the positions in `indices`.
  ///
  /// Slabs run one after another: two of them may add to one element, and the order of additions is part of the result.
  func scatterAdd(_ name: String, axis: Int, _ indices: IndexBuffer, _ indexLayout: Layout) throws {
    let (source, output) = (inputs[0], outputs[0])
    let axes = ScatterAxes(
      walk: try Walk(
        op: name,
        [source.layout.atOrigin, indexLayout, output.layout.still(at: axis, shape: source.shape)]),
      step: Int64(output.layout.strides[axis]))
    switch output.dtype {
    case .float32:
      try scatterAdd(axes, indices, source.float32, output.float32, output.count, ck_scatter_add_f32)
    case .float64:
      try scatterAdd(axes, indices, source.float64, output.float64, output.count, ck_scatter_add_f64)
    case .bfloat16, .float16:
      // 16-bit sums would lose most of what they add, so they are formed in float32 and rounded once.
      let sums = FloatScratch(count: output.count, buffers: 1)
      let values = FloatScratch(count: source.count, buffers: 1)
      defer {
        sums.free()
        values.free()
      }
      values.load(source, axes.walk, operand: 0, 0..<source.count, into: 0)
      var dense = axes
      dense.sourceStrides = axes.walk.denseStrides
      try scatterAdd(dense, indices, values[0], sums[0], output.count, ck_scatter_add_f32)
      let whole = try Walk(op: name, [output.layout.atOrigin])
      sums.store(0, output, whole, 0..<output.count)
    default:
      throw TensorError.wrongDType(
        op: name, argument: "input", expected: "a floating type", got: output.dtype)
    }
  }

  private typealias ScatterAddKernel<Element> = (
    Int32, UnsafePointer<Int64>?, UnsafePointer<Element>?, UnsafePointer<Int64>?, UnsafePointer<Int64>?,
    UnsafePointer<Int64>?, UnsafeMutablePointer<Element>?, UnsafePointer<Int64>?, Int64, Int64, Int64
  ) -> Void

  private func scatterAdd<Element: FloatKernels>(
    _ axes: ScatterAxes, _ indices: IndexBuffer, _ source: UnsafePointer<Element>,
    _ output: UnsafeMutablePointer<Element>, _ count: Int, _ kernel: ScatterAddKernel<Element>
  ) throws {
    output.update(repeating: 0, count: count)
    let walk = axes.walk
    for begin in stride(from: 0, to: walk.count, by: Walk.slab) {
      if parallel.isCancelled { throw TensorError.interrupted }
      kernel(
        walk.rank, walk.shape, source, axes.sourceStrides, indices.values, walk.strides[1], output,
        walk.strides[2], axes.step, Int64(begin), Int64(min(walk.count, begin + Walk.slab)))
    }
  }
}

/// The loops of a scatter: source, index and output, and the output's stride along the indexed axis.
private struct ScatterAxes {
  let walk: Walk
  let step: Int64
  var sourceStrides: [Int64]

  init(walk: Walk, step: Int64) {
    self.walk = walk
    self.step = step
    sourceStrides = walk.strides[0]
  }
}
