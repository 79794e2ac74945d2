/// The map from voxel indices to millimetres in the scanner's RAS+ space, as the upper three rows of a 4×4 matrix.
public struct Affine: Equatable, Sendable {
  /// Three rows of four: the linear part and the origin; the fourth row is always 0 0 0 1.
  public let rows: [[Double]]

  /// The map with these three rows of four numbers; nil when a number is not finite or the map is not invertible.
  public init?(rows: [[Double]]) {
    guard rows.count == 3, rows.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isFinite) }) else { return nil }
    self.rows = rows
    guard spacing.allSatisfy({ $0 > 0 && $0.isFinite }), relativeDeterminant > 1e-6 else { return nil }
  }

  /// Axes along right, anterior and superior with `spacing` millimetres a voxel and the origin at voxel 0.
  ///
  /// Spacings that are not positive and finite become 1.
  public init(spacing: [Double] = [1, 1, 1]) {
    let sizes = (0..<3).map { axis in
      axis < spacing.count && spacing[axis].isFinite && spacing[axis] > 0 ? spacing[axis] : 1
    }
    rows = [[sizes[0], 0, 0, 0], [0, sizes[1], 0, 0], [0, 0, sizes[2], 0]]
  }

  /// All sixteen numbers, row by row.
  public var matrix: [[Double]] { rows + [[0, 0, 0, 1]] }

  /// Millimetres between voxels along each axis: the lengths of the columns.
  public var spacing: [Double] {
    (0..<3).map { column in
      rows.reduce(0) { $0 + $1[column] * $1[column] }.squareRoot()
    }
  }

  /// Where the voxel at `index` (fractions allowed) lies, in millimetres.
  public func position(of index: [Double]) -> [Double] {
    rows.map { row in row[0] * index[0] + row[1] * index[1] + row[2] * index[2] + row[3] }
  }

  /// The map of a crop that begins at voxel `start`: same axes, origin moved.
  public func cropped(from start: [Int]) -> Affine {
    let origin = position(of: start.map(Double.init))
    return Affine(unchecked: zip(rows, origin).map { row, moved in Array(row.prefix(3)) + [moved] })
  }

  init(unchecked rows: [[Double]]) {
    self.rows = rows
  }

  /// The three axes as unit columns, `directions[row][axis]`.
  var directions: [[Double]] {
    let sizes = spacing
    return rows.map { row in (0..<3).map { row[$0] / sizes[$0] } }
  }

  /// Volume of a voxel relative to a box of its edges: 1 for right angles, 0 for a flat map.
  private var relativeDeterminant: Double {
    abs(determinant(directions))
  }
}

/// The determinant of a 3×3 matrix.
func determinant(_ m: [[Double]]) -> Double {
  m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
    - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
    + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

extension Affine {
  /// For each voxel axis the anatomical direction in which its index grows, such as `RAS` or `LPI`.
  ///
  /// Each axis gets the world axis it follows most closely, no world axis twice; of the six assignments the one
  /// with the largest sum of cosines wins, so oblique scans get a code too.
  public var axisCodes: String {
    let cosines = directions
    let assignments = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    func agreement(_ worldAxes: [Int]) -> Double {
      worldAxes.enumerated().reduce(0) { $0 + abs(cosines[$1.element][$1.offset]) }
    }
    let best = assignments.dropFirst().reduce(assignments[0]) { agreement($1) > agreement($0) ? $1 : $0 }
    let letters = [["L", "R"], ["P", "A"], ["I", "S"]]
    return best.enumerated().map { axis, world in letters[world][cosines[world][axis] < 0 ? 0 : 1] }.joined()
  }
}
