/// The exact Euclidean distance transform, one axis at a time.
///
/// Along a line the squared distance to the nearest site is the lower envelope of parabolas, one above each earlier
/// result; building it takes one pass forward and reading it one more (Felzenszwalb and Huttenlocher, 2012).
enum DistanceTransform {
  /// Squared distances, in squared units of `spacing`, from each voxel to the nearest true one; infinite where
  /// there is none.
  static func squared(to sites: [Bool], shape: [Int], spacing: [Double]) -> [Double] {
    var distances = sites.map { $0 ? 0 : Double.infinity }
    for axis in shape.indices {
      var line = Line(count: shape[axis], spacing: spacing[axis])
      forEachLine(of: shape, along: axis) { start, stride in
        line.transform(&distances, from: start, by: stride)
      }
    }
    return distances
  }

  /// Calls `body` with the first element and the step of every line along `axis` of a row-major array.
  private static func forEachLine(
    of shape: [Int], along axis: Int, _ body: (_ start: Int, _ stride: Int) -> Void
  ) {
    let stride = shape[(axis + 1)...].reduce(1, *)
    let block = stride * shape[axis]
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for inner in 0..<stride { body(outer * block + inner, stride) }
    }
  }

  /// Scratch space for lines of one length.
  private struct Line {
    let spacing: Double
    private var heights: [Double]
    /// Which parabolas form the envelope, from left to right, and where each begins to be lowest.
    private var vertices: [Int]
    private var boundaries: [Double]

    init(count: Int, spacing: Double) {
      self.spacing = spacing
      heights = Array(repeating: 0, count: count)
      vertices = Array(repeating: 0, count: count)
      boundaries = Array(repeating: 0, count: count)
    }

    mutating func transform(_ values: inout [Double], from start: Int, by stride: Int) {
      for index in heights.indices { heights[index] = values[start + index * stride] }
      let last = buildEnvelope()
      guard last >= 0 else { return }
      var current = 0
      for index in heights.indices {
        let position = Double(index) * spacing
        while current < last, boundaries[current + 1] < position { current += 1 }
        let offset = position - Double(vertices[current]) * spacing
        values[start + index * stride] = heights[vertices[current]] + offset * offset
      }
    }

    /// The index of the envelope's last parabola, -1 where every height is infinite.
    private mutating func buildEnvelope() -> Int {
      var last = -1
      for index in heights.indices where heights[index].isFinite {
        var boundary = -Double.infinity
        while last >= 0 {
          boundary = crossing(vertices[last], index)
          guard boundary <= boundaries[last] else { break }
          last -= 1
          boundary = -.infinity
        }
        last += 1
        vertices[last] = index
        boundaries[last] = boundary
      }
      return last
    }

    /// Where the parabolas above `left` and `right` are equally high.
    private func crossing(_ left: Int, _ right: Int) -> Double {
      let (a, b) = (Double(left) * spacing, Double(right) * spacing)
      return ((heights[right] + b * b) - (heights[left] + a * a)) / (2 * (b - a))
    }
  }
}
