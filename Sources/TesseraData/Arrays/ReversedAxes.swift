/// The row-major array of `shape` whose elements a file holds with the *first* index fastest.
///
/// The element at `[i0, i1, …]` lies at `i0 + n0·(i1 + n1·(…))` in the file. Only the first and the last axis
/// trade the fast place, so the work is one 2-D transpose for each index of the axes between, in tiles that keep
/// both sides in cache. `element` is called once for each index and must not trap.
@inline(__always)
func rowMajor<Element>(fromFirstIndexFastest shape: [Int], _ element: (Int) -> Element) -> [Element] {
  let count = shape.reduce(1, *)
  guard count > 0, let rows = shape.first, let columns = shape.last, shape.count > 1 else {
    return (0..<count).map(element)
  }
  let middle = Array(shape.dropFirst().dropLast())
  let planes = middle.reduce(1, *)
  let tile = 32
  return [Element](unsafeUninitializedCapacity: count) { output, filled in
    for plane in 0..<planes {
      // The axes between are traversed in file order; only the plane's place in the output is reversed.
      let target = reversedIndex(plane, in: middle) * columns
      for rowStart in stride(from: 0, to: rows, by: tile) {
        for columnStart in stride(from: 0, to: columns, by: tile) {
          for row in rowStart..<min(rowStart + tile, rows) {
            let rowTarget = row * planes * columns + target
            for column in columnStart..<min(columnStart + tile, columns) {
              let value = element(row + rows * (plane + planes * column))
              output.initializeElement(at: rowTarget + column, to: value)
            }
          }
        }
      }
    }
    filled = count
  }
}

/// The row-major index of the element whose first-index-fastest index in `shape` is `index`.
func reversedIndex(_ index: Int, in shape: [Int]) -> Int {
  var rest = index
  var result = 0
  for extent in shape {
    result = result * extent + rest % extent
    rest /= extent
  }
  return result
}
