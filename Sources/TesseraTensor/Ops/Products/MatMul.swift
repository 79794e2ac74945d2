import CKernels

/// The matrix product, batched over leading axes that broadcast.
///
/// `y = a b`; internally also with either operand transposed.
///
/// - Shape: `a` is `[…, m, k]`, `b` is `[…, k, n]`, the result `[…, m, n]` with broadcast leading axes.
/// - Memory: keeps `a` where `b` needs a gradient and `b` where `a` does.
/// - Throws: when an operand has fewer than two axes, the inner extents differ, or leading axes do not broadcast.
public struct MatMul: Op {
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
    let (a, b) = (effective(inputs[0].shape, transposeA), effective(inputs[1].shape, transposeB))
    for (index, shape) in [a, b].enumerated() where shape.rank < 2 {
      throw TensorError.wrongRank(
        op: Self.name, argument: index == 0 ? "input" : "other", expected: "at least 2 axes", shape: shape)
    }
    guard inputs[0].dtype == inputs[1].dtype else {
      throw TensorError.wrongDType(
        op: Self.name, argument: "other", expected: inputs[0].dtype.rawValue, got: inputs[1].dtype)
    }
    guard a[a.rank - 1] == b[b.rank - 2] else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "[…, \(a[a.rank - 1]), n] to follow \(a)", got: b, argument: "other")
    }
    let batch = try Shape.broadcast(
      Shape(Array(a.extents.dropLast(2))), Shape(Array(b.extents.dropLast(2))), op: Self.name)
    return [TensorSpec(Shape(batch.extents + [a[a.rank - 2], b[b.rank - 1]]), inputs[0].dtype)]
  }

  private func effective(_ shape: Shape, _ transpose: Bool) -> Shape {
    var shape = shape
    if transpose && shape.rank >= 2 { shape.extents.swapAt(shape.rank - 1, shape.rank - 2) }
    return shape
  }

  /// Multiplies one batch after another, or all rows at once where `b` is shared by the whole batch.
  public func cpu(_ call: KernelCall) throws {
    try call.floating(Self.name) {
      try multiply(call, Float.self)
    } _: {
      try multiply(call, Double.self)
    }
  }

  /// Each operand's gradient is a product with the other; broadcast axes are summed.
  ///
  /// `da = dy bᵀ`, `db = aᵀ dy`
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let dy = try backward.gradient()
    let engine = backward.engine
    var gradients: [Tensor?] = [nil, nil]
    if backward.needs[0] {
      let b = try backward.input(1)
      let product =
        transposeA
        ? try engine.run(MatMul(transposeA: transposeB, transposeB: true), b, dy)
        : try engine.run(MatMul(transposeB: !transposeB), dy, b)
      gradients[0] = try product.summed(to: backward.inputs[0].shape)
    }
    if backward.needs[1] {
      let a = try backward.input(0)
      gradients[1] = try gradientOfOther(engine, a: a, dy: dy, shape: backward.inputs[1].shape)
    }
    return gradients
  }

  private func gradientOfOther(_ engine: Engine, a: Tensor, dy: Tensor, shape: Shape) throws -> Tensor {
    // A matrix shared by a batch of rows collects them all in one product instead of one a batch and a sum.
    if shape.rank == 2, dy.rank > 2, a.rank == dy.rank, !transposeA {
      let sum = try engine.run(RowsProduct(), transposeB ? [dy, a] : [a, dy])[0]
      return sum
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
    let a = effective(inputs[0].shape, transposeA)
    return ((try? results(of: inputs).first?.shape.count) ?? 0) * 2 * (a.extents.last ?? 0)
  }
}

extension MatMul {
  private func multiply<Element: ProductElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (a, b, c) = (call.inputs[0], call.inputs[1], call.outputs[0])
    guard c.count > 0 else { return }
    if b.shape.rank == 2, !transposeA, a.layout.isRowMajor {
      let rows = a.count / max(1, a.shape[a.shape.rank - 1])
      let left = Matrix(
        base: a.elements(type), rows: rows, columns: a.shape[a.shape.rank - 1],
        rowStride: a.shape[a.shape.rank - 1], columnStride: 1)
      let width = c.shape[c.shape.rank - 1]
      let target = Matrix(
        base: c.elements(type), rows: rows, columns: width, rowStride: width, columnStride: 1)
      return try Gemm(a: left, b: matrix(b, type, transposeB), c: target).run(call.parallel)
    }
    let batch = Shape(Array(c.shape.extents.dropLast(2)))
    let layouts = [c, a, b].map { Self.batchLayout($0.layout).expanded(to: batch) }
    if batch.count == 1 {
      return try product(call, type, offsets: [0, 0, 0]).run(call.parallel)
    }
    let operations = 2 * c.count / batch.count * max(1, a.shape[a.shape.rank - (transposeA ? 2 : 1)])
    let slab = max(1, Gemm<Element>.slabOperations / 8 / max(1, operations))
    try call.parallel.run(count: batch.count, slab: slab) { range in
      for index in range {
        product(call, type, offsets: layouts.map { $0.offset(ofRowMajorIndex: index) }).run()
      }
    }
  }

  private func product<Element>(_ call: KernelCall, _ type: Element.Type, offsets: [Int]) -> Gemm<Element> {
    var product = Gemm(
      a: matrix(call.inputs[0], type, transposeA), b: matrix(call.inputs[1], type, transposeB),
      c: matrix(call.outputs[0], type, false))
    product.c.base += offsets[0]
    product.a.base += offsets[1]
    product.b.base += offsets[2]
    return product
  }

  /// The last two axes of a view, exchanged where asked.
  private func matrix<Element>(_ view: TensorView, _ type: Element.Type, _ transpose: Bool) -> Matrix<Element>
  {
    let (row, column) = (view.shape.rank - 2, view.shape.rank - 1)
    let matrix = Matrix(
      base: view.elements(type), rows: view.shape[row], columns: view.shape[column],
      rowStride: view.layout.strides[row], columnStride: view.layout.strides[column])
    return transpose ? matrix.transposed : matrix
  }

  private static func batchLayout(_ layout: Layout) -> Layout {
    Layout(shape: Shape(Array(layout.shape.extents.dropLast(2))), strides: Array(layout.strides.dropLast(2)))
  }
}

extension Layout {
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
