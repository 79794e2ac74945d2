extension Tensor {
  /// `x[parts]`: a view where positions and ranges suffice, else a copy of the picked elements.
  ///
  /// - Throws: when there are more parts than axes or an index is out of range.
  public func indexed(_ parts: [TensorIndex]) throws -> Tensor {
    let index = try PartialIndex(self, parts)
    if index.picks.isEmpty { return index.view }
    let picked = try index.gathered()
    let rows = try engine.run(IndexSelect(dim: picked.axis), picked.source, picked.positions.flattened())
    var extents = picked.source.shape.extents
    extents.replaceSubrange(picked.axis...picked.axis, with: picked.positions.shape.extents)
    return try rows.reshaped(to: Shape(extents))
  }

  /// `x[parts] = value`, in place; `value` broadcasts and is converted.
  ///
  /// - Throws: when the value does not broadcast to the indexed part.
  public func assign(_ value: Tensor, at parts: [TensorIndex]) throws {
    let index = try PartialIndex(self, parts)
    let converted = value.dtype == dtype ? value : try engine.run(Cast(to: dtype), value)
    if index.picks.isEmpty {
      let source = try converted.expanded(to: index.view.shape)
      return try engine.runInPlace(Copy(order: .same), [source], into: index.view)
    }
    let target = try index.arranged()
    let source = try converted.expanded(to: target.resultShape)
    try engine.runInPlace(
      IndexPut(place: target.place, pickCount: index.picks.count), [source] + target.positions,
      into: target.view)
  }

  /// Where this tensor of truth values holds: one list of positions an axis, for axes of `shape` from `axis` on.
  func truePositions(within shape: Shape, from axis: Int) throws -> [Tensor] {
    let fits = axis + rank <= shape.rank && (0..<rank).allSatisfy { shape[axis + $0] == self.shape[$0] }
    guard fits, rank > 0 else {
      throw TensorError.shapeMismatch(
        op: "index", expected: "dims of \(shape) from dim \(axis) on", got: self.shape, argument: "the mask")
    }
    let flat = try maskPositions()
    var step = self.shape.count
    return try (0..<rank).map { axis in
      step /= max(1, self.shape[axis])
      let positions = flat.map { $0 / Int64(step) % Int64(self.shape[axis]) }
      return try engine.tensor(copying: positions, [flat.count], dtype: .int64, purpose: .temporary)
    }
  }
}

/// A tensor whose picked axes stand side by side.
struct ArrangedIndex {
  /// A view of the tensor, its axes reordered.
  let view: Tensor
  /// The first of the picked axes.
  let place: Int
  /// One tensor of positions a picked axis, all of one shape.
  let positions: [Tensor]

  /// The shape that `x[…]` has.
  var resultShape: Shape {
    var extents = view.shape.extents
    extents.replaceSubrange(place..<place + positions.count, with: positions[0].shape.extents)
    return Shape(extents)
  }
}

extension PartialIndex {
  /// Neighbouring picks stay where they are; others come to the front, as in NumPy and PyTorch.
  func arranged() throws -> ArrangedIndex {
    let axes = picks.map(\.axis)
    let areNeighbours = zip(axes, axes.dropFirst()).allSatisfy { $1 == $0 + 1 }
    let rest = (0..<view.rank).filter { !axes.contains($0) }
    let arranged = areNeighbours ? view : try view.permuted(to: axes + rest)
    var shape = picks[0].positions.shape
    for pick in picks.dropFirst() { shape = try Shape.broadcast(shape, pick.positions.shape, op: "index") }
    let positions = try picks.map { pick in
      try view.engine.run(WrapIndex(axis: pick.axis, shape: view.shape), pick.positions).expanded(to: shape)
    }
    return ArrangedIndex(view: arranged, place: areNeighbours ? axes[0] : 0, positions: positions)
  }

  /// The picked axes merged into one, with one tensor of positions in it.
  func gathered() throws -> (source: Tensor, axis: Int, positions: Tensor) {
    let index = try arranged()
    let engine = view.engine
    let count = index.positions.count
    var extents = index.view.shape.extents
    let merged = extents[index.place..<index.place + count]
    var positions = index.positions[0]
    for (extent, next) in zip(merged.dropFirst(), index.positions.dropFirst()) {
      let scaled = try engine.run(MultiplyScalar(by: Double(extent)), positions)
      positions = try engine.run(Add(), scaled, next)
    }
    extents.replaceSubrange(index.place..<index.place + count, with: [merged.reduce(1, *)])
    let source = count == 1 ? index.view : try index.view.reshaped(to: Shape(extents))
    return (source, index.place, positions)
  }
}
