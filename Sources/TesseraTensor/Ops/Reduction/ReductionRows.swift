import CKernels

/// The input of a reduction as the C kernels read it: where it lies, or gathered into rows a slab at a time.
struct ReductionRows<Element: Sendable>: Sendable {
  let plan: ReductionPlan
  let view: TensorView
  /// The C name of `Element`; differs from the view's type where 16-bit floats are widened.
  let type: DType

  private var isDirect: Bool { plan.isDirect && view.dtype == type }

  /// Calls `body` with data to reduce for `results`: source, inner extent, and the range of results within it.
  func read(_ results: Range<Int>, _ body: (UnsafePointer<Element>, Int, Range<Int>) -> Void) {
    if isDirect { return body(view.elements(Element.self), plan.inner, results) }
    let positions = results.lowerBound * plan.reduce..<results.upperBound * plan.reduce
    gathered(positions) { body($0, 1, 0..<results.count) }
  }

  /// Calls `body` with part `elements` of what one outer index reduces; `inner` results lie side by side.
  func read(outer: Int, _ elements: Range<Int>, _ body: (UnsafePointer<Element>) -> Void) {
    if isDirect {
      let start = (outer * plan.reduce + elements.lowerBound) * plan.inner
      return body(view.elements(Element.self) + start)
    }
    let start = outer * plan.reduce + elements.lowerBound
    gathered(start..<start + elements.count, body)
  }

  /// The outer and inner extents under which `read(outer:_:_:)` sees the input.
  var extents: (outer: Int, inner: Int) {
    isDirect ? (plan.outer, plan.inner) : (plan.resultCount, 1)
  }

  private func gathered(_ positions: Range<Int>, _ body: (UnsafePointer<Element>) -> Void) {
    let scratch = UnsafeMutablePointer<Element>.allocate(capacity: max(1, positions.count))
    defer { scratch.deallocate() }
    let rows = plan.rows
    let (begin, end) = (Int64(positions.lowerBound), Int64(positions.upperBound))
    // Positions are absolute; the scratch holds those of the slab only.
    let base = UnsafeMutableRawPointer(scratch - positions.lowerBound)
    if view.dtype == type {
      ck_copy(
        Int32(type.byteCount), rows.rank, rows.shape, view.pointer, rows.strides[1], base, rows.strides[0],
        begin, end)
    } else {
      ck_cast(
        view.dtype.kernelType, type.kernelType, rows.rank, rows.shape, view.pointer, rows.strides[1], base,
        rows.strides[0], begin, end)
    }
    body(scratch)
  }
}

extension KernelCall {
  /// Runs `body` over slabs of the results of a reduction, each some `Walk.slab` elements to read.
  func slabs(of plan: ReductionPlan, _ body: @Sendable (Range<Int>) -> Void) throws {
    try parallel.run(count: plan.resultCount, slab: max(1, Walk.slab / max(1, plan.reduce)), body)
  }
}
