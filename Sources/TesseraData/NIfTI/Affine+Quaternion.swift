extension Affine {
  /// The map of a qform: a rotation by the unit quaternion `(a, b, c, d)` of which `quaternion` holds the last
  /// three, then voxel sizes, then an offset; the third axis is mirrored where `isMirrored`.
  init?(quaternion: [Double], spacing: [Double], offset: [Double], isMirrored: Bool) {
    let (b, c, d) = (quaternion[0], quaternion[1], quaternion[2])
    let square = b * b + c * c + d * d
    // Half a turn rounded to single precision may exceed one a little; more than that is not a rotation.
    guard square <= 1 + 1e-5 else { return nil }
    let a = max(0, 1 - square).squareRoot()
    let rotation = [
      [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
      [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
      [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
    ]
    let sizes = [spacing[0], spacing[1], isMirrored ? -spacing[2] : spacing[2]]
    self.init(rows: (0..<3).map { row in (0..<3).map { rotation[row][$0] * sizes[$0] } + [offset[row]] })
  }

  /// The last three parts of the unit quaternion of this map's axes and whether the third is mirrored; nil where
  /// the axes are not at right angles, which a quaternion cannot say.
  var quaternion: (parts: [Double], isMirrored: Bool)? {
    var r = directions
    let isMirrored = determinant(r) < 0
    if isMirrored { for row in 0..<3 { r[row][2] = -r[row][2] } }
    guard isOrthonormal(r) else { return nil }
    // The largest of the four squared parts is divided by: the others may vanish.
    let squares = [
      1 + r[0][0] + r[1][1] + r[2][2], 1 + r[0][0] - r[1][1] - r[2][2],
      1 - r[0][0] + r[1][1] - r[2][2], 1 - r[0][0] - r[1][1] + r[2][2],
    ]
    let largest = squares.indices.dropFirst().reduce(0) { squares[$1] > squares[$0] ? $1 : $0 }
    let scale = 2 * max(0, squares[largest]).squareRoot()
    let (x, y, z) = (r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1])
    let (xy, xz, yz) = (r[0][1] + r[1][0], r[0][2] + r[2][0], r[1][2] + r[2][1])
    let own = scale / 4
    let parts = [
      [own, x / scale, y / scale, z / scale], [x / scale, own, xy / scale, xz / scale],
      [y / scale, xy / scale, own, yz / scale], [z / scale, xz / scale, yz / scale, own],
    ][largest]
    // The first part is not stored and is read as non-negative; the opposite quaternion is the same rotation.
    return (parts.dropFirst().map { parts[0] < 0 ? -$0 : $0 }, isMirrored)
  }

  /// Tolerance for axes stored in single precision.
  private func isOrthonormal(_ m: [[Double]]) -> Bool {
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      guard abs((0..<3).reduce(0) { $0 + m[$1][first] * m[$1][second] }) < 1e-4 else { return false }
    }
    return true
  }
}
