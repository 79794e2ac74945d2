/// A box of voxels, `start` included and `end` not; it may reach beyond the volume it is of.
public struct Box: Equatable, Sendable {
  /// The first voxel, one index an axis.
  public let start: [Int]
  /// One past the last.
  public let end: [Int]

  /// The box from `start` up to but not including `end`.
  public init(start: [Int], end: [Int]) {
    precondition(
      start.count == end.count && zip(start, end).allSatisfy { $0 <= $1 }, "a box ends after it starts")
    self.start = start
    self.end = end
  }

  /// Extents.
  public var shape: [Int] { zip(start, end).map { $1 - $0 } }

  /// The smallest box around the true voxels of a row-major mask; nil where there are none.
  public init?(around mask: [Bool], shape: [Int]) {
    var start = shape
    var end = shape.map { _ in 0 }
    for (index, isInside) in mask.enumerated() where isInside {
      var rest = index
      for axis in shape.indices.reversed() {
        let coordinate = rest % shape[axis]
        rest /= shape[axis]
        start[axis] = min(start[axis], coordinate)
        end[axis] = max(end[axis], coordinate + 1)
      }
    }
    guard mask.contains(true) else { return nil }
    self.init(start: start, end: end)
  }

  /// The box around the voxels that exceed 0 in any channel of `values` (`[channels] + shape`), as a crop to the
  /// foreground takes; nil where there are none.
  ///
  /// - Parameter divisor: extents are extended to multiples of this, the smaller half of the extra before the start,
  ///   so the box may leave the volume.
  public init?(foregroundOf values: [Float], channels: Int, shape: [Int], divisibleBy divisor: [Int]? = nil) {
    let count = shape.reduce(1, *)
    precondition(values.count == channels * count, "values fill channels and shape")
    let mask = (0..<count).map { voxel in (0..<channels).contains { values[$0 * count + voxel] > 0 } }
    guard let tight = Box(around: mask, shape: shape) else { return nil }
    self = divisor.map { tight.extended(toMultiplesOf: $0) } ?? tight
  }

  /// The box centred on the middle of a volume of `shape`, with these extents.
  public init(centered extents: [Int], in shape: [Int]) {
    let start = zip(shape, extents).map { ($0 - $1) / 2 }
    self.init(start: start, end: zip(start, extents).map { $0 + $1 })
  }

  private func extended(toMultiplesOf divisor: [Int]) -> Box {
    let extra = zip(shape, divisor).map { extent, divisor in
      divisor > 1 ? (divisor - extent % divisor) % divisor : 0
    }
    return Box(
      start: zip(start, extra).map { $0 - $1 / 2 }, end: zip(end, extra).map { $0 + $1 - $1 / 2 })
  }
}

extension Box {
  /// The box's part of `values` (`[channels] + shape`, row-major), `padding` where it leaves the volume.
  public func cropped<Element>(
    _ values: [Element], channels: Int = 1, shape: [Int], padding: Element
  ) -> [Element] {
    let count = shape.reduce(1, *)
    precondition(
      values.count == channels * count && shape.count == start.count, "values fill channels and shape")
    var result: [Element] = []
    result.reserveCapacity(channels * self.shape.reduce(1, *))
    for channel in 0..<channels {
      append(values, from: channel * count, axis: 0, shape, padding, to: &result)
    }
    return result
  }

  /// Appends what the box takes of the sub-array at `offset` over the axes from `axis` on.
  private func append<Element>(
    _ values: [Element], from offset: Int, axis: Int, _ shape: [Int], _ padding: Element,
    to result: inout [Element]
  ) {
    guard axis < shape.count else { return result.append(values[offset]) }
    let inside = max(start[axis], 0)..<max(min(end[axis], shape[axis]), max(start[axis], 0))
    let rest = self.shape[(axis + 1)...].reduce(1, *)
    result.append(
      contentsOf: repeatElement(padding, count: (min(inside.lowerBound, end[axis]) - start[axis]) * rest))
    if axis == shape.count - 1 {
      result.append(contentsOf: values[offset + inside.lowerBound..<offset + inside.upperBound])
    } else {
      let stride = shape[(axis + 1)...].reduce(1, *)
      for index in inside {
        append(values, from: offset + index * stride, axis: axis + 1, shape, padding, to: &result)
      }
    }
    let after = end[axis] - max(inside.upperBound, start[axis])
    result.append(contentsOf: repeatElement(padding, count: max(0, after) * rest))
  }
}
