extension Tensor {
  /// The same elements under another shape: a view where strides allow it, else of a copy that the ledger shows.
  public func reshaped(to shape: Shape) throws -> Tensor {
    let op = Reshape(to: shape)
    let target = try op.target(of: self.shape)
    let source = layout.reshaped(to: target) == nil ? try contiguous() : self
    return try engine.run(op, source)
  }

  /// Itself where it lies row-major, else a copy that does.
  public func contiguous() throws -> Tensor {
    layout.isRowMajor ? self : try engine.run(Copy(order: .rowMajor), self)
  }

  /// The axes in another order.
  public func permuted(to order: [Int]) throws -> Tensor { try engine.run(Permute(to: order), self) }

  /// Two axes exchanged.
  public func transposed(_ first: Int, _ second: Int) throws -> Tensor {
    try engine.run(Transpose(first, second), self)
  }

  /// Axes of extent 1 repeated; -1 keeps an extent.
  public func expanded(to shape: Shape) throws -> Tensor { try engine.run(Expand(to: shape), self) }

  /// A range of one axis.
  public func sliced(dim: Int, start: Int = 0, stop: Int = .max, step: Int = 1) throws -> Tensor {
    try engine.run(Slice(dim: dim, start: start, stop: stop, step: step), self)
  }

  /// One position of an axis, which disappears.
  public func selected(dim: Int, index: Int) throws -> Tensor {
    try engine.run(Select(dim: dim, index: index), self)
  }

  /// The tensor without axes of extent 1.
  public func squeezed(dims: [Int]? = nil) throws -> Tensor { try engine.run(Squeeze(dims: dims), self) }

  /// The tensor with a new axis of extent 1.
  public func unsqueezed(dim: Int) throws -> Tensor { try engine.run(Unsqueeze(dim: dim), self) }

  /// Axes `start` to `end`, both included, merged into one.
  public func flattened(from start: Int = 0, to end: Int = -1) throws -> Tensor {
    guard rank > 0 else { return try reshaped(to: [1]) }
    let first = try shape.axis(start, op: "flatten")
    let last = try shape.axis(end, op: "flatten")
    guard first <= last else {
      throw TensorError.badParameter(
        op: "flatten", name: "end_dim", value: "\(end)", rule: "it does not come before start_dim=\(start)")
    }
    let merged = shape.extents[first...last].reduce(1, *)
    return try reshaped(
      to: Shape(Array(shape.extents[..<first]) + [merged] + Array(shape.extents[(last + 1)...])))
  }

  /// Parts of one axis with the given extents, which add up to it.
  public func split(_ sizes: [Int], dim: Int = 0) throws -> [Tensor] {
    let axis = try shape.axis(dim, op: "split")
    guard rank > 0, sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == shape[axis] else {
      throw TensorError.badParameter(
        op: "split", name: "split_size", value: "\(sizes)",
        rule: "the parts of dim \(dim) of \(shape) add up to it")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try sliced(dim: axis, start: start, stop: start + size)
    }
  }

  /// Parts of `size` along one axis; the last may be shorter.
  public func split(size: Int, dim: Int = 0) throws -> [Tensor] {
    let axis = try shape.axis(dim, op: "split")
    guard size > 0, rank > 0 else {
      throw TensorError.badParameter(op: "split", name: "split_size", value: "\(size)", rule: "it is above 0")
    }
    let extent = shape[axis]
    let sizes = stride(from: 0, to: extent, by: size).map { min(size, extent - $0) }
    return try split(sizes.isEmpty ? [0] : sizes, dim: axis)
  }

  /// At most `count` equal parts along one axis; the last may be shorter, as PyTorch's `chunk`.
  public func chunked(_ count: Int, dim: Int = 0) throws -> [Tensor] {
    let axis = try shape.axis(dim, op: "chunk")
    guard count > 0, rank > 0 else {
      throw TensorError.badParameter(op: "chunk", name: "chunks", value: "\(count)", rule: "it is above 0")
    }
    return try split(size: max(1, (shape[axis] + count - 1) / count), dim: axis)
  }
}
