import Testing

@testable import TesseraData

@Suite struct AffineTests {
  static let permutations = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
  static let signs = (0..<8).map { bits in (0..<3).map { bits >> $0 & 1 == 0 ? 1.0 : -1 } }

  /// Every assignment of voxel axes to world axes in either direction, with its code by definition.
  static let orientations: [(affine: Affine, code: String)] = permutations.flatMap { worldAxes in
    signs.map { signs in
      var rows = [[Double]](repeating: [0, 0, 0, 7], count: 3)
      for axis in 0..<3 { rows[worldAxes[axis]][axis] = signs[axis] * Double(axis + 1) }
      let letters = (0..<3).map { Array(["RL", "AP", "SI"][worldAxes[$0]])[signs[$0] > 0 ? 0 : 1] }
      return (Affine(unchecked: rows), String(letters))
    }
  }

  @Test func `All forty-eight orientations have their codes and spacings`() {
    #expect(Set(Self.orientations.map(\.code)).count == 48)
    for (affine, code) in Self.orientations {
      #expect(affine.axisCodes == code)
      #expect(affine.spacing == [1, 2, 3])
    }
  }

  @Test func `Every orientation survives its quaternion`() throws {
    for (affine, code) in Self.orientations {
      let quaternion = try #require(affine.quaternion, "\(code)")
      let back = try #require(
        Affine(
          quaternion: quaternion.parts, spacing: affine.spacing, offset: [7, 7, 7],
          isMirrored: quaternion.isMirrored))
      let isEqual = zip(back.rows.joined(), affine.rows.joined()).allSatisfy { abs($0 - $1) < 1e-6 }
      #expect(isEqual, "\(code): \(back.rows)")
    }
  }

  @Test func `A slightly tilted scan has the code of its nearest axes`() throws {
    let affine = try #require(
      Affine(quaternion: [0.1, 0.15, -0.2], spacing: [1, 1, 4], offset: [0, 0, 0], isMirrored: false))
    #expect(affine.axisCodes == "RAS")
    #expect(zip(affine.spacing, [1, 1, 4]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func `A sheared map has no quaternion and still has codes`() throws {
    let affine = try #require(Affine(rows: [[1, 0.3, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]))
    #expect(affine.quaternion == nil)
    #expect(affine.axisCodes == "RAS")
  }

  @Test func `A flat, infinite or NaN map is no map`() {
    #expect(Affine(rows: [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]) == nil)
    #expect(Affine(rows: [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0]]) == nil)
    #expect(Affine(rows: [[1, 0, 0, .nan], [0, 1, 0, 0], [0, 0, 1, 0]]) == nil)
    #expect(Affine(rows: [[.infinity, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]) == nil)
    #expect(Affine(rows: [[1, 0, 0, 0]]) == nil)
  }

  @Test func `The sform wins over the qform, and voxel sizes stand alone without either`() throws {
    var file = NIfTIBytes(pixdim: [1, 2, 3, 4])
    #expect(try Volume(bytes: file.bytes).affine.rows == [[2, 0, 0, 0], [0, 3, 0, 0], [0, 0, 4, 0]])
    // Half a turn about the first axis: y and z change direction.
    file.qform = (1, [1, 0, 0], [10, 20, 30])
    #expect(try Volume(bytes: file.bytes).affine.rows == [[2, 0, 0, 10], [0, -3, 0, 20], [0, 0, -4, 30]])
    file.pixdim[0] = -1
    #expect(try Volume(bytes: file.bytes).axisCodes == "RPS")
    file.sform = (2, [[0, 5, 0, 1], [6, 0, 0, 2], [0, 0, 7, 3]])
    #expect(try Volume(bytes: file.bytes).affine.rows == [[0, 5, 0, 1], [6, 0, 0, 2], [0, 0, 7, 3]])
    #expect(try Volume(bytes: file.bytes).axisCodes == "ARS")
    #expect(try Volume(bytes: file.bytes).spacing == [6, 5, 7])
  }

  @Test func `A crop keeps each voxel where it was`() throws {
    let affine = try #require(
      Affine(quaternion: [0.1, 0.2, 0.3], spacing: [1, 2, 3], offset: [5, 6, 7], isMirrored: true))
    let moved = affine.cropped(from: [3, 4, 5]).position(of: [1, 1, 1])
    #expect(zip(moved, affine.position(of: [4, 5, 6])).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
