import CKernels

/// Writes slices of a value over picked positions of the output, in place.
///
/// Inputs are the value, in the shape of `x[…]`, and one tensor of positions for each of `pickCount` neighbouring
/// axes from `place` on. Where positions repeat, the last one wins.
struct IndexPut: Op {
  static let name = "index_put"
  static let summary = "Writes a value over picked positions."
  let place: Int
  let pickCount: Int

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { [inputs[0]] }

  func cpu(_ call: KernelCall) throws {
    let (value, target) = (call.inputs[0], call.outputs[0])
    let picks = try (0..<pickCount).map { number in
      let axis = place + number
      return try IndexBuffer(
        call.inputs[1 + number], limit: target.shape[axis], op: Self.name, axis: axis, shape: target.shape)
    }
    let positionShape = call.inputs[1].shape
    let count = positionShape.count
    let steps = (0..<pickCount).map { target.layout.strides[place + $0] }
    // The slice at one position: neither the picked axes nor those the positions have in the value.
    let to = target.layout.without(place..<place + pickCount)
    let from = value.layout.without(place..<place + positionShape.rank)
    let walk = try Walk(op: Self.name, [to.atOrigin, from.atOrigin])
    let positions = Layout(
      shape: positionShape, strides: Array(value.layout.strides[place..<place + positionShape.rank]))
    let size = target.dtype.byteCount
    for index in 0..<count {
      let offset = zip(picks, steps).map { Int($0.values[index]) * $1 }.reduce(0, +)
      ck_copy(
        Int32(size), walk.rank, walk.shape, value.pointer + positions.offset(ofElement: index) * size,
        walk.strides[1], target.pointer + offset * size, walk.strides[0], 0, Int64(walk.count))
    }
  }

  var isDifferentiable: Bool { false }
}

extension Layout {
  /// The layout at position zero of some axes.
  fileprivate func without(_ axes: Range<Int>) -> Layout {
    var result = self
    result.shape.extents.removeSubrange(axes)
    result.strides.removeSubrange(axes)
    return result
  }

  /// Where element `index`, counted in row-major order, lies.
  fileprivate func offset(ofElement index: Int) -> Int {
    var rest = index
    var offset = self.offset
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      offset += rest % shape[axis] * strides[axis]
      rest /= shape[axis]
    }
    return offset
  }
}
