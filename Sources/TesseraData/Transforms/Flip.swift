/// `values` (row-major, of `shape`) with the order along `axis` reversed.
///
/// Elements move in runs of everything after the axis, so a leading channel axis costs nothing.
public func flipped<Element>(_ values: [Element], shape: [Int], axis: Int) -> [Element] {
  precondition(
    shape.indices.contains(axis) && values.count == shape.reduce(1, *), "values fill shape, axis is in it")
  let run = shape[(axis + 1)...].reduce(1, *)
  let block = run * shape[axis]
  var result: [Element] = []
  result.reserveCapacity(values.count)
  for start in stride(from: 0, to: values.count, by: max(block, 1)) {
    for index in (0..<shape[axis]).reversed() {
      result.append(contentsOf: values[start + index * run..<start + (index + 1) * run])
    }
  }
  return result
}
