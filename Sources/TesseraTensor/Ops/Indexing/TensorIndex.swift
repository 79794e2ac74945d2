/// One part of what stands between the brackets of `x[…]`.
public enum TensorIndex {
  /// One position; the axis disappears.
  case position(Int)
  /// `start:stop:step`; a negative step reads backwards, into a copy.
  case range(start: Int?, stop: Int?, step: Int)
  /// `None`: a new axis of extent 1.
  case newAxis
  /// `…`: as many whole axes as are left.
  case ellipsis
  /// A tensor of int64 positions, or of truth values for as many axes as it has.
  case tensor(Tensor)

  /// A whole axis.
  static var all: TensorIndex { .range(start: nil, stop: nil, step: 1) }

  /// The number of the tensor's axes that the part speaks of.
  var axisCount: Int {
    switch self {
    case .position, .range: 1
    case .newAxis, .ellipsis: 0
    case .tensor(let tensor): tensor.dtype == .bool ? tensor.rank : 1
    }
  }
}

/// An index applied as far as views go: the part of the tensor, and the tensors that still pick positions of its axes.
struct PartialIndex {
  var view: Tensor
  /// By axis of `view`, ascending; int64.
  var picks: [(axis: Int, positions: Tensor)] = []

  /// Applies `parts` from left to right.
  ///
  /// A position beside a tensor drops its axis first, as PyTorch does; NumPy lets it take part in broadcasting.
  init(_ tensor: Tensor, _ parts: [TensorIndex]) throws {
    view = tensor
    var axis = 0
    for part in try Self.complete(parts, for: tensor.shape) { try apply(part, at: &axis) }
  }

  private mutating func apply(_ part: TensorIndex, at axis: inout Int) throws {
    switch part {
    case .position(let index): view = try view.selected(dim: axis, index: index)
    case .newAxis:
      view = try view.unsqueezed(dim: axis)
      axis += 1
    case .range(let start, let stop, let step):
      view = try view.ranged(axis, start, stop, step)
      axis += 1
    case .tensor(let tensor) where tensor.dtype == .bool:
      for positions in try tensor.truePositions(within: view.shape, from: axis) {
        picks.append((axis, positions))
        axis += 1
      }
    case .tensor(let tensor):
      picks.append((axis, tensor))
      axis += 1
    case .ellipsis: break
    }
  }

  /// The parts with the ellipsis, or the end, replaced by whole axes.
  private static func complete(_ parts: [TensorIndex], for shape: Shape) throws -> [TensorIndex] {
    let places = parts.indices.filter { if case .ellipsis = parts[$0] { true } else { false } }
    let missing = shape.rank - parts.map(\.axisCount).reduce(0, +)
    guard missing >= 0, places.count <= 1 else {
      throw TensorError.badParameter(
        op: "index", name: "index", value: places.count > 1 ? "two ellipses" : "\(shape.rank - missing) dims",
        rule: "the tensor has shape \(shape)")
    }
    let filling = [TensorIndex](repeating: .all, count: missing)
    guard let place = places.first else { return parts + filling }
    return Array(parts[..<place]) + filling + Array(parts[(place + 1)...])
  }
}

extension Tensor {
  /// Python's `start:stop:step` along one axis; a negative step copies.
  fileprivate func ranged(_ axis: Int, _ start: Int?, _ stop: Int?, _ step: Int) throws -> Tensor {
    if start == nil && stop == nil && step == 1 { return self }
    guard step < 0 else {
      return try sliced(dim: axis, start: start ?? 0, stop: stop ?? .max, step: step)
    }
    let extent = shape[axis]
    // From `first` down to just above `last`; reversed, that is a slice with a positive step.
    let first = start.map { min($0 < 0 ? $0 + extent : $0, extent - 1) } ?? extent - 1
    let last = stop.map { max($0 < 0 ? $0 + extent : $0, -1) } ?? -1
    let reversed = try engine.run(Flip([axis]), self)
    let begin = max(0, extent - 1 - first)
    return try reversed.sliced(dim: axis, start: begin, stop: max(begin, extent - 1 - last), step: -step)
  }
}
