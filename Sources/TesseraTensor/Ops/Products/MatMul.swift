import CKernels

/// The matrix product, batched over leading axes that broadcast.
///
/// `y = a b`; internally also with either operand transposed.
///
/// - Shape: `a` is `[…, m, k]`, `b` is `[…, k, n]`, the result `[…, m, n]` with broadcast leading axes. A vector is a row on
///   the left and a column on the right, and its axis is missing from the result.
/// - Memory: keeps `a` where `b` needs a gradient and `b` where `a` does.
/// - Throws: when an operand is a scalar, the inner extents differ, or leading axes do not broadcast.
public struct MatMul: FloatingOp {
  /// `matmul`, after PyTorch.
  public static let name = "matmul"
  /// For help.
  public static let summary = "The matrix product of the last two axes, batched over the others."
  /// Two tensors.
  public static let signature = OpSignature(inputs: ["input", "other"])
  /// Plain, batched, and broadcast in either operand.
  public static var samples: [OpSample] {
    [
      OpSample(MatMul(), .init([5, 7]), .init([7, 9])),
      OpSample(MatMul(), .init([2, 3, 4, 5]), .init([2, 3, 5, 6])),
      OpSample(MatMul(), .init([3, 4, 5]), .init([5, 2])),
      OpSample(MatMul(), .init([4, 5]), .init([2, 5, 3])),
      OpSample(MatMul(transposeB: true), .init([2, 6, 3]), .init([2, 4, 3])),
      OpSample(MatMul(transposeA: true), .init([6, 3]), .init([6, 5])),
      OpSample(MatMul(), .init([2, 4, 5]), .init([5])), OpSample(MatMul(), .init([4]), .init([2, 4, 3])),
      OpSample(MatMul(), .init([6]), .init([6])),
      // Deep enough that the sum is made in parts.
      OpSample(MatMul(), .init([3, 5000]), .init([5000, 4])),
    ]
  }

  /// Whether `a` is stored with its last two axes exchanged.
  public let transposeA: Bool
  /// Whether `b` is stored with its last two axes exchanged.
  public let transposeB: Bool

  /// Makes the op.
  public init(transposeA: Bool = false, transposeB: Bool = false) {
    self.transposeA = transposeA
    self.transposeB = transposeB
  }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init() }

  /// `[…, m, n]`.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    for (index, input) in inputs.enumerated() where input.shape.rank < 1 {
      throw TensorError.wrongRank(
        op: Self.name, argument: index == 0 ? "input" : "other", expected: "at least one axis",
        shape: input.shape)
    }
    guard inputs[0].dtype == inputs[1].dtype else {
      throw TensorError.wrongDType(
        op: Self.name, argument: "other", expected: inputs[0].dtype.rawValue, got: inputs[1].dtype)
    }
    let (a, b) = (left(inputs[0].layout).shape, right(inputs[1].layout).shape)
    guard a[a.rank - 1] == b[b.rank - 2] else {
      let inner = a[a.rank - 1]
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "\(inner) where the two meet, to follow \(inputs[0].shape)",
        got: inputs[1].shape, argument: "other")
    }
    let batch = try Shape.broadcast(
      Shape(Array(a.extents.dropLast(2))), Shape(Array(b.extents.dropLast(2))), op: Self.name)
    let rows = inputs[0].shape.rank == 1 ? [] : [a[a.rank - 2]]
    let columns = inputs[1].shape.rank == 1 ? [] : [b[b.rank - 1]]
    return [TensorSpec(Shape(batch.extents + rows + columns), inputs[0].dtype)]
  }

  /// `a` as `[…, m, k]`.
  func left(_ layout: Layout) -> Layout {
    layout.rank == 1 ? layout.unsqueezed(axis: 0) : layout.matrix(transposed: transposeA)
  }

  /// `b` as `[…, k, n]`.
  func right(_ layout: Layout) -> Layout {
    layout.rank == 1 ? layout.unsqueezed(axis: 1) : layout.matrix(transposed: transposeB)
  }

  /// Multiplies one batch after another, or all rows at once where `b` is shared by the whole batch.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  /// Each operand's gradient is a product with the other; broadcast axes are summed.
  ///
  /// `da = dy bᵀ`, `db = aᵀ dy`
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let (aShape, bShape) = (backward.inputs[0].shape, backward.inputs[1].shape)
    let engine = backward.engine
    if aShape.rank == 1 || bShape.rank == 1 { return try gradientOfVectors(backward) }
    let dy = try backward.gradient()
    var gradients: [Tensor?] = [nil, nil]
    if backward.needs[0] {
      gradients[0] = try gradientOfInput(engine, b: backward.input(1), dy: dy).summed(to: aShape)
    }
    if backward.needs[1] {
      gradients[1] = try gradientOfOther(engine, a: backward.input(0), dy: dy, shape: bShape)
    }
    return gradients
  }

  private func gradientOfInput(_ engine: Engine, b: Tensor, dy: Tensor) throws -> Tensor {
    transposeA
      ? try engine.run(MatMul(transposeA: transposeB, transposeB: true), b, dy)
      : try engine.run(MatMul(transposeB: !transposeB), dy, b)
  }

  /// A vector is differentiated as the matrix that it stands for.
  private func gradientOfVectors(_ backward: BackwardCall) throws -> [Tensor?] {
    let engine = backward.engine
    let matrices = [left(backward.inputs[0].layout).shape, right(backward.inputs[1].layout).shape]
    var rows = backward.results[0].shape
    if backward.inputs[0].shape.rank == 1 {
      rows.extents.insert(1, at: rows.rank - (backward.inputs[1].shape.rank == 1 ? 0 : 1))
    }
    if backward.inputs[1].shape.rank == 1 { rows.extents.append(1) }
    let dy = try engine.run(Reshape(to: rows), backward.gradient())
    let plain = MatMul()
    var gradients: [Tensor?] = [nil, nil]
    if backward.needs[0] {
      let b = try engine.run(Reshape(to: matrices[1]), backward.input(1))
      let sum = try plain.gradientOfInput(engine, b: b, dy: dy).summed(to: matrices[0])
      gradients[0] = try engine.run(Reshape(to: backward.inputs[0].shape), sum)
    }
    if backward.needs[1] {
      let a = try engine.run(Reshape(to: matrices[0]), backward.input(0))
      let sum = try plain.gradientOfOther(engine, a: a, dy: dy, shape: matrices[1])
      gradients[1] = try engine.run(Reshape(to: backward.inputs[1].shape), sum)
    }
    return gradients
  }

  private func gradientOfOther(_ engine: Engine, a: Tensor, dy: Tensor, shape: Shape) throws -> Tensor {
    // A matrix shared by a batch of rows collects them all in one product instead of one a batch and a sum.
    if shape.rank == 2, dy.rank > 2, a.rank == dy.rank, !transposeA {
      return try engine.run(RowsProduct(), transposeB ? [dy, a] : [a, dy])[0].cast(to: dy.dtype)
    }
    let product =
      transposeB
      ? try engine.run(MatMul(transposeA: true, transposeB: transposeA), dy, a)
      : try engine.run(MatMul(transposeA: !transposeA), a, dy)
    return try product.summed(to: shape)
  }

  /// What the gradients read.
  public func keeps(needs: [Bool]) -> [Kept] { (needs[1] ? [.input(0)] : []) + (needs[0] ? [.input(1)] : []) }

  /// A multiply and an add for every term.
  public func flops(of inputs: [TensorSpec]) -> Int {
    ((try? results(of: inputs).first?.shape.count) ?? 0) * 2
      * (left(inputs[0].layout).shape.extents.last ?? 0)
  }
}

extension MatMul {
  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    guard call.outputs[0].count > 0 else { return }
    let (a, b) = (left(call.inputs[0].layout), right(call.inputs[1].layout))
    let (m, n, k) = (a.shape[a.rank - 2], b.shape[b.rank - 1], a.shape[a.rank - 1])
    let batch = try Shape.broadcast(
      Shape(Array(a.shape.extents.dropLast(2))), Shape(Array(b.shape.extents.dropLast(2))), op: Self.name)
    let whole = Gemm<Element.Real>(
      a: Matrix(call.inputs[0], a), b: Matrix(call.inputs[1], b),
      c: Matrix(call.outputs[0], rows: m, columns: n))
    if batch.count == 1 { return try whole.run(call.parallel) }
    if b.rank == 2, a.isRowMajor {
      // One matrix for the whole batch: all its rows are one product.
      var product = whole
      product.a = Matrix(call.inputs[0], rows: batch.count * m, columns: k)
      product.c.rows = batch.count * m
      return try product.run(call.parallel)
    }
    let slab = max(1, Gemm<Element.Real>.slabOperations / 8 / max(1, 2 * m * n * max(1, k)))
    let (aBatch, bBatch) = (a.batch.expanded(to: batch), b.batch.expanded(to: batch))
    try call.parallel.run(count: batch.count, slab: slab) { range in
      for index in range {
        var product = whole
        product.a = product.a.advanced(by: aBatch.offset(ofRowMajorIndex: index))
        product.b = product.b.advanced(by: bBatch.offset(ofRowMajorIndex: index))
        product.c = product.c.advanced(by: index * m * n)
        product.run()
      }
    }
  }
}

extension Matrix {
  /// The first matrix of a layout's last two axes.
  fileprivate init(_ view: TensorView, _ layout: Layout) {
    let (row, column) = (layout.rank - 2, layout.rank - 1)
    self.init(
      base: view.pointer, dtype: view.dtype, rows: layout.shape[row], columns: layout.shape[column],
      rowStride: layout.strides[row], columnStride: layout.strides[column])
  }
}

extension Layout {
  /// The layout with its last two axes exchanged where asked.
  fileprivate func matrix(transposed: Bool) -> Layout {
    transposed ? permuted(to: Array(0..<(rank - 2)) + [rank - 1, rank - 2]) : self
  }

  /// The axes before the last two, from position 0.
  fileprivate var batch: Layout {
    Layout(shape: Shape(Array(shape.extents.dropLast(2))), strides: Array(strides.dropLast(2)))
  }

  /// Position, without the offset, of element number `index` in row-major order.
  func offset(ofRowMajorIndex index: Int) -> Int {
    var (rest, position) = (index, 0)
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      position += rest % shape[axis] * strides[axis]
      rest /= shape[axis]
    }
    return position
  }
}
