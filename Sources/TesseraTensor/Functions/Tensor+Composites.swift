extension Tensor {
  /// The axes in reverse order.
  public func axesReversed() throws -> Tensor { try permuted(to: Array((0..<rank).reversed())) }

  /// Tensors of one shape along a new axis.
  public static func stacked(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError.wrongInputCount(op: "stack", expected: 1, got: 0)
    }
    for tensor in tensors where tensor.shape != first.shape {
      throw TensorError.shapeMismatch(
        op: "stack", expected: "\(first.shape)", got: tensor.shape, argument: "one of the tensors")
    }
    let axis = dim < 0 ? dim + first.rank + 1 : dim
    return try first.engine.run(
      Concatenate(dim: axis), tensors.map { try $0.unsqueezed(dim: axis) })[0]
  }

  /// Rows with a one at the place that each integer names; `classes` −1 takes as many as the largest needs.
  public func oneHot(classes: Int = -1) throws -> Tensor {
    guard dtype == .int64 || dtype == .int32 else {
      throw TensorError.wrongDType(op: "one_hot", argument: "input", expected: "an integer type", got: dtype)
    }
    let count = classes < 0 ? (try integers().max() ?? -1) + 1 : classes
    let numbers = try engine.tensor((0..<count).map(Double.init), [count], dtype: dtype, purpose: .temporary)
    return try engine.run(Equal(), unsqueezed(dim: rank), numbers).cast(to: .int64)
  }

  /// Whether `|a − b| ≤ absolute + relative·|b|` everywhere; NaN is near nothing.
  public func isClose(to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8) throws -> Bool {
    let shape = try Shape.broadcast(self.shape, other.shape, op: "allclose")
    let a = try expanded(to: shape).doubles()
    let b = try other.expanded(to: shape).doubles()
    return zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= absolute + relative * abs($1) }
  }

  /// The values sorted along an axis, and the place each came from; equal values keep their order.
  ///
  /// Places are found on the host; gradients travel through the gathered values.
  public func sorted(dim: Int = -1, descending: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    guard rank > 0 else { return (self, try engine.zeros([], dtype: .int64, purpose: .temporary)) }
    let axis = try shape.axis(dim, op: "sort")
    let last = try transposed(axis, rank - 1)
    let values = try last.doubles()
    let length = max(1, last.shape[rank - 1])
    var order: [Int64] = []
    order.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: length) {
      let row = values[start..<start + length]
      let places = row.indices.sorted { a, b in
        if row[a] == row[b] { return a < b }
        return descending ? row[a] > row[b] : row[a] < row[b]
      }
      order += places.map { Int64($0 - start) }
    }
    let indices = try engine.tensor(copying: order, last.shape, dtype: .int64, purpose: .temporary)
    let sorted = try engine.run(Gather(dim: rank - 1), last, indices)
    return (try sorted.transposed(axis, rank - 1), try indices.transposed(axis, rank - 1))
  }

  /// `softmax(q·kᵀ·scale + mask)·v` over the last two axes; scale `1/√d` unless given.
  public static func attention(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor? = nil, dropout: Double = 0,
    isCausal: Bool = false, scale: Double? = nil
  ) throws -> Tensor {
    let engine = query.engine
    guard query.rank >= 2, key.rank >= 2, value.rank >= 2 else {
      throw TensorError.wrongRank(
        op: "scaled_dot_product_attention", argument: "query, key and value", expected: "at least 2 dims",
        shape: query.shape)
    }
    let factor = scale ?? 1 / Double(max(1, query.shape[query.rank - 1])).squareRoot()
    var scores = try engine.run(
      MatMul(), engine.run(MultiplyScalar(by: factor), query), key.transposed(-2, -1))
    if isCausal { scores = try scores.masked(keeping: engine.lowerTriangle(scores.shape)) }
    if let mask {
      scores =
        mask.dtype == .bool
        ? try scores.masked(keeping: mask) : try engine.binary(.add, .tensor(scores), .tensor(mask))
    }
    var weights = try engine.run(Softmax(axis: -1), scores)
    if dropout > 0 { weights = try weights.dropout(dropout) }
    return try engine.run(MatMul(), weights, value)
  }

  /// Minus infinity wherever the mask does not hold.
  private func masked(keeping mask: Tensor) throws -> Tensor {
    try engine.run(MaskedFill(value: -.infinity), self, engine.run(LogicalNot(), mask))
  }
}

extension Engine {
  /// Truth values that hold on and below the diagonal of the last two axes.
  fileprivate func lowerTriangle(_ shape: Shape) throws -> Tensor {
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let values = (0..<rows).flatMap { row in (0..<columns).map { UInt8($0 <= row ? 1 : 0) } }
    return try tensor(copying: values, [rows, columns], dtype: .bool, purpose: .temporary)
  }

  /// The matrix product as PyTorch's `@` has it: a vector on the left is a row, on the right a column.
  func matrixProduct(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard a.rank > 0, b.rank > 0 else {
      throw TensorError.wrongRank(
        op: "matmul", argument: "both sides", expected: "at least 1 dim",
        shape: a.rank == 0 ? a.shape : b.shape)
    }
    let left = a.rank == 1 ? try a.unsqueezed(dim: 0) : a
    let right = b.rank == 1 ? try b.unsqueezed(dim: 1) : b
    var product = try run(MatMul(), left, right)
    if b.rank == 1 { product = try product.squeezed(dims: [-1]) }
    if a.rank == 1 { product = try product.squeezed(dims: [b.rank == 1 ? -1 : -2]) }
    return product
  }
}
