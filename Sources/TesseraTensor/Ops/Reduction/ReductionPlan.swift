import CKernels

/// How a reduction walks its input.
///
/// Where the input is dense and its reduced axes are neighbours in memory, the C kernels run on it as
/// `[outer, reduce, inner]`. Any other input is gathered, a slab at a time, into rows that hold what each result reduces.
struct ReductionPlan: Sendable {
  /// The three extents of a dense input; the rows of a gathered one are `[results, reduce, 1]`.
  let outer: Int
  let reduce: Int
  let inner: Int
  /// Whether the kernels can read the input where it lies.
  let isDirect: Bool
  /// The kept axes, then the reduced ones, in the input's memory order: positions count rows, then their elements.
  let rows: Walk

  /// The number of results.
  var resultCount: Int { outer * inner }

  /// Plans reducing `axes` of a tensor with `layout`.
  init(op: String, layout: Layout, axes: [Int]) throws {
    let reduced = Set(axes)
    let order = layout.reductionOrder
    let kept = order.filter { !reduced.contains($0) }
    let arranged = kept + order.filter { reduced.contains($0) }
    let resultCount = kept.map { layout.shape[$0] }.reduce(1, *)
    reduce = axes.map { layout.shape[$0] }.reduce(1, *)
    // The scratch rows are dense in `arranged` order, which therefore is the order of positions.
    let dense = Layout(shape: Shape(arranged.map { layout.shape[$0] }), order: Array(0..<layout.rank))
    rows = try Walk(op: op, [dense, layout.permuted(to: arranged).atOrigin])
    let solid = order.filter { layout.shape[$0] != 1 }
    let marks = solid.map { reduced.contains($0) }
    let first = marks.firstIndex(of: true) ?? marks.endIndex
    let last = marks.lastIndex(of: true).map { $0 + 1 } ?? marks.endIndex
    isDirect = layout.permuted(to: order).isRowMajor && marks[first..<last].allSatisfy { $0 }
    inner = isDirect ? solid[last...].map { layout.shape[$0] }.reduce(1, *) : 1
    outer = isDirect ? resultCount / max(1, inner) : resultCount
  }
}

extension ReductionPlan {
  /// The rows as a device takes them.
  var deviceRows: DeviceRows { DeviceRows(outer: outer, count: reduce, inner: inner) }

  /// The input in an order in which it is `deviceRows`, copied where it lies otherwise.
  func input(_ view: TensorView, on device: any KernelDevice) throws -> TensorView {
    if isDirect { return view }
    let shape = Shape(rows.shape.map { Int($0) })
    let strides = rows.strides.map { $0.map { Int($0) } }
    let copy = try device.scratch(Layout(shape: shape, strides: strides[0]), view.dtype)
    try device.issue(
      .elementwise(
        .copy, output: copy, inputs: [view.with(Layout(shape: shape, strides: strides[1]))]))
    return copy
  }
}

extension Layout {
  /// The order in which reductions walk the axes and lay out what they keep; repeated axes have no place of their own.
  var reductionOrder: [Int] { strides.contains(0) ? Array(0..<rank) : memoryOrder }
}

extension TensorSpec {
  /// The result of reducing `dims` (nil: all): kept axes in the input's memory order, with its type.
  func reduced(op: String, dims: [Int]?, keepDim: Bool, dtype: DType? = nil) throws -> TensorSpec {
    let axes = try reducedAxes(op: op, dims: dims)
    var ones = shape
    for axis in axes { ones[axis] = 1 }
    var result = Layout(shape: ones, order: layout.reductionOrder)
    if !keepDim {
      for axis in axes.sorted(by: >) { result = result.squeezed(axis: axis) }
    }
    return TensorSpec(layout: result, dtype: dtype ?? self.dtype)
  }

  /// The axes that `dims` names, each once; all of them for nil or an empty list, as PyTorch.
  func reducedAxes(op: String, dims: [Int]?) throws -> [Int] {
    guard let dims, !dims.isEmpty else { return Array(0..<shape.rank) }
    let axes = try dims.map { try shape.axis($0, op: op) }
    guard Set(axes).count == axes.count else {
      throw TensorError.badParameter(op: op, name: "dim", value: "\(dims)", rule: "it names each dim once")
    }
    return axes.filter { $0 < shape.rank }
  }
}

extension Tensor {
  /// A result of reducing `axes` of a tensor of `shape`, stretched back over them; a view.
  func stretched(over axes: [Int], to shape: Shape) throws -> Tensor {
    var ones = shape
    for axis in axes { ones[axis] = 1 }
    return try reshaped(to: ones).expanded(to: shape)
  }
}
