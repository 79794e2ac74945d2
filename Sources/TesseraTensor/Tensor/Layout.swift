/// How a tensor's elements lie in its storage: shape, strides and offset, the last two in elements (not bytes).
public struct Layout: Hashable, Sendable {
  /// The extents.
  public var shape: Shape
  /// Distance in elements between neighbours along each axis; 0 repeats one element.
  public var strides: [Int]
  /// Position of the first element in the storage, in elements.
  public var offset: Int

  /// Makes a layout from its parts.
  public init(shape: Shape, strides: [Int], offset: Int = 0) {
    self.shape = shape
    self.strides = strides
    self.offset = offset
  }

  /// A dense row-major layout.
  public init(rowMajor shape: Shape) {
    self.init(shape: shape, strides: shape.rowMajorStrides)
  }

  /// A dense layout for `[N, C, spatial…]` whose channels lie next to each other: what convolutions read and write.
  public init(channelsLast shape: Shape) {
    guard shape.rank > 2 else {
      self.init(rowMajor: shape)
      return
    }
    let order = [0] + Array(2..<shape.rank) + [1]
    self.init(shape: shape, order: order)
  }

  /// A dense layout whose axes lie in memory in `order`, slowest first.
  public init(shape: Shape, order: [Int]) {
    var strides = [Int](repeating: 1, count: shape.rank)
    var step = 1
    for axis in order.reversed() {
      strides[axis] = step
      step *= max(1, shape[axis])
    }
    self.init(shape: shape, strides: strides)
  }

  /// The number of axes.
  public var rank: Int { shape.rank }

  /// The number of elements.
  public var count: Int { shape.count }

  /// Axes from the slowest to the fastest in memory; axes of extent 1 keep their place in line.
  public var memoryOrder: [Int] {
    (0..<rank).sorted { strides[$0] != strides[$1] ? strides[$0] > strides[$1] : $0 < $1 }
  }

  /// Whether the elements lie in row-major order without gaps.
  public var isRowMajor: Bool {
    var step = 1
    for axis in stride(from: rank - 1, through: 0, by: -1) where shape[axis] != 1 {
      guard strides[axis] == step else { return shape.count == 0 }
      step *= shape[axis]
    }
    return true
  }

  /// Whether the elements lie channels-last without gaps.
  public var isChannelsLast: Bool { hasStrides(Layout(channelsLast: shape).strides) }

  /// Whether the elements fill one unbroken range of memory, in whatever axis order.
  public var isDense: Bool {
    var step = 1
    for axis in memoryOrder.reversed() where shape[axis] != 1 {
      guard strides[axis] == step else { return false }
      step *= shape[axis]
    }
    return true
  }

  /// A dense layout for `newShape` (same rank) with this layout's axis order, so that pointwise ops keep channels last.
  public func dense(for newShape: Shape) -> Layout {
    guard newShape.rank == rank, !strides.contains(0), !isRowMajor else { return Layout(rowMajor: newShape) }
    return Layout(shape: newShape, order: memoryOrder)
  }

  /// Axes of extent 1 may carry any stride, so they do not decide.
  private func hasStrides(_ expected: [Int]) -> Bool {
    if shape.count == 0 { return true }
    return (0..<rank).allSatisfy { shape[$0] == 1 || strides[$0] == expected[$0] }
  }
}

extension Layout {
  /// The layout with its axes reordered.
  public func permuted(to order: [Int]) -> Layout {
    Layout(shape: Shape(order.map { shape[$0] }), strides: order.map { strides[$0] }, offset: offset)
  }

  /// The layout stretched to `target` by repeating axes of extent 1; the shapes must broadcast.
  public func expanded(to target: Shape) -> Layout {
    if shape == target { return self }
    let lead = target.rank - rank
    let strides = (0..<target.rank).map { axis in
      axis < lead || (shape[axis - lead] == 1 && target[axis] != 1) ? 0 : self.strides[axis - lead]
    }
    return Layout(shape: target, strides: strides, offset: offset)
  }

  /// The layout under another shape of the same count, or nil when that needs a copy.
  public func reshaped(to target: Shape) -> Layout? {
    if target.count == 0 || isRowMajor {
      return Layout(shape: target, strides: target.rowMajorStrides, offset: offset)
    }
    let squeezed = (0..<rank).filter { shape[$0] != 1 }
    var strides = [Int](repeating: 0, count: target.rank)
    var old = squeezed.count - 1
    var new = target.rank - 1
    while new >= 0 {
      if target[new] == 1 {
        strides[new] = 1
        new -= 1
        continue
      }
      guard old >= 0 else { return nil }
      // Merge old axes until they hold a whole number of new ones; merging needs evenly nested strides.
      var merged = shape[squeezed[old]]
      let base = self.strides[squeezed[old]]
      var firstNew = new
      var wanted = target[new]
      while merged != wanted {
        if merged < wanted {
          guard old > 0, self.strides[squeezed[old - 1]] == base * merged else { return nil }
          old -= 1
          merged *= shape[squeezed[old]]
        } else {
          guard firstNew > 0 else { return nil }
          firstNew -= 1
          wanted *= target[firstNew]
        }
      }
      var step = base
      for axis in stride(from: new, through: firstNew, by: -1) {
        strides[axis] = step
        step *= target[axis]
      }
      old -= 1
      new = firstNew - 1
    }
    return old < 0 ? Layout(shape: target, strides: strides, offset: offset) : nil
  }

  /// Every `step`-th element of `start..<stop` along one axis; `step` is positive and the bounds are in range.
  public func sliced(axis: Int, start: Int, stop: Int, step: Int) -> Layout {
    var result = self
    result.shape[axis] = max(0, (stop - start + step - 1) / step)
    result.strides[axis] = strides[axis] * step
    if result.shape[axis] > 0 { result.offset = offset + start * strides[axis] }
    return result
  }

  /// The layout without one axis; elements along it other than the first are no longer reached.
  public func squeezed(axis: Int) -> Layout {
    var result = self
    result.shape.extents.remove(at: axis)
    result.strides.remove(at: axis)
    return result
  }

  /// The layout with a new axis of extent 1 in front of `axis`.
  public func unsqueezed(axis: Int) -> Layout {
    var result = self
    result.shape.extents.insert(1, at: axis)
    result.strides.insert(axis < rank ? strides[axis] * max(1, shape[axis]) : 1, at: axis)
    return result
  }
}

/// Several layouts of one shape, walked together in the memory order of the first with mergeable axes merged.
public struct LoopNest: Sendable {
  /// Extents from the outermost to the innermost loop; never empty.
  public var extents: [Int]
  /// One row of strides (in elements) a layout, one stride a loop.
  public var strides: [[Int]]

  /// Plans the loops over `layouts`, all of the same shape.
  public init(_ layouts: [Layout]) {
    guard let lead = layouts.first else {
      extents = [1]
      strides = []
      return
    }
    if lead.isRowMajor, layouts.allSatisfy({ $0.strides == lead.strides }) {
      // The usual case, without looking at its axes.
      extents = [lead.count]
      strides = layouts.map { _ in [1] }
      return
    }
    let order = lead.memoryOrder.filter { lead.shape[$0] != 1 }
    extents = []
    strides = layouts.map { _ in [] }
    for axis in order {
      let extent = lead.shape[axis]
      let steps = layouts.map { $0.strides[axis] }
      let merges =
        !extents.isEmpty
        && layouts.indices.allSatisfy { strides[$0][extents.count - 1] == steps[$0] * extent }
      if merges {
        extents[extents.count - 1] *= extent
        for index in layouts.indices { strides[index][extents.count - 1] = steps[index] }
      } else {
        extents.append(extent)
        for index in layouts.indices { strides[index].append(steps[index]) }
      }
    }
    if extents.isEmpty {
      extents = [lead.count]
      strides = layouts.map { _ in [1] }
    }
  }

  /// The number of runs of the innermost loop.
  public var outerCount: Int { extents.dropLast().reduce(1, *) }

  /// The extent of the innermost loop.
  public var innerCount: Int { extents[extents.count - 1] }

  /// The innermost strides, one a layout.
  public var innerStrides: [Int] { strides.map { $0[$0.count - 1] } }

  /// Offsets, in elements and one a layout, of the innermost run number `outer`.
  public func offsets(ofRun outer: Int) -> [Int] {
    var rest = outer
    var offsets = [Int](repeating: 0, count: strides.count)
    for loop in stride(from: extents.count - 2, through: 0, by: -1) {
      let position = rest % extents[loop]
      rest /= extents[loop]
      for index in offsets.indices { offsets[index] += position * strides[index][loop] }
    }
    return offsets
  }
}
