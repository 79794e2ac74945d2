/// The product of two tensors over all their rows: the gradient of a matrix that every row was multiplied with.
///
/// `y = Σ over rows r of a[r]ᵀ b[r]`
///
/// - Shape: `a` is `[…, m]`, `b` is `[…, n]` with equal leading axes, the result `[m, n]`.
/// - Memory: keeps nothing; the result is what the sum is computed in.
struct RowsProduct: FloatingOp {
  static let name = "rows_product"
  static let summary = "The product of two tensors, summed over all their rows."

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    guard a.extents.dropLast().elementsEqual(b.extents.dropLast()) else {
      throw TensorError.shapeMismatch(op: Self.name, expected: "the rows of \(a)", got: b, argument: "other")
    }
    return [TensorSpec([a[a.rank - 1], b[b.rank - 1]], inputs[0].dtype.accumulation)]
  }

  func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (a, b, c) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let (m, n) = (c.shape[0], c.shape[1])
    let rows = a.count / max(1, m)
    try Gemm<Element.Real>(
      a: Matrix(a, rows: rows, columns: m).transposed, b: Matrix(b, rows: rows, columns: n),
      c: Matrix(c, rows: m, columns: n)
    ).run(call.parallel)
  }

  func flops(of inputs: [TensorSpec]) -> Int {
    2 * inputs[0].shape.count * (inputs[1].shape.extents.last ?? 0)
  }
}
