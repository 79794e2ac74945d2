import Foundation
import Testing

@testable import TesseraData

@Suite struct NIfTITests {
  /// The row-major values of a 3×2×4 file that counts up from 0 with its first index fastest.
  static let rowMajorCount: [Float] = [
    0, 6, 12, 18, 3, 9, 15, 21,
    1, 7, 13, 19, 4, 10, 16, 22,
    2, 8, 14, 20, 5, 11, 17, 23,
  ]

  @Test(arguments: [1, 2], [false, true])
  func `Every type in either byte order, plain or compressed, gives the same values`(
    version: Int, bigEndian: Bool
  ) throws {
    for (code, _) in NIfTIBytes.types {
      let bytes = NIfTIBytes(version: version, bigEndian: bigEndian, datatype: code).bytes
      for content in [bytes, try Gzip.compressed(bytes)] {
        let volume = try Volume(bytes: content)
        #expect(volume.shape == [3, 2, 4])
        #expect(volume.header?.version == version && volume.header?.isBigEndian == bigEndian)
        #expect(try volume.values() == Self.rowMajorCount, "datatype \(code)")
      }
    }
  }

  @Test func `Negative numbers keep their sign in every signed type`() throws {
    for code in [4, 8, 16, 64, 256, 1024] {
      let file = NIfTIBytes(datatype: code, stored: (0..<24).map { -Double($0) })
      #expect(try Volume(bytes: file.bytes).values() == Self.rowMajorCount.map { -$0 }, "datatype \(code)")
    }
  }

  @Test(arguments: [
    [5], [4, 3], [2, 3, 4], [33, 2, 65], [1, 1, 1], [2, 3, 2, 3], [2, 1, 3, 2, 2], [2, 1, 2, 1, 2, 1, 3],
  ])
  func `The first index is fastest in the file and last in the array`(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let file = NIfTIBytes(shape: shape, datatype: 8, stored: (0..<count).map(Double.init))
    let volume = try Volume(bytes: file.bytes)
    let full = shape + Array(repeating: 1, count: max(0, 3 - shape.count))
    #expect(volume.shape == full)
    var expected = [Float](repeating: -1, count: count)
    for index in 0..<count { expected[reversedIndex(index, in: full)] = Float(index) }
    #expect(try volume.values() == expected)
    #expect(try Volume(bytes: volume.encoded()).values() == expected)
  }

  static let scalings: [(slope: Double, intercept: Double, expected: [Float])] = [
    (0.5, -1, [-1, 2, 5]), (0, 9, [0, 6, 12]), (.nan, 9, [0, 6, 12]), (-2, 0, [0, -12, -24]),
  ]

  @Test(arguments: scalings)
  func `A slope scales, and a slope of zero or NaN declares none`(
    scaling: (slope: Double, intercept: Double, expected: [Float])
  ) throws {
    let volume = try Volume(bytes: NIfTIBytes(slope: scaling.slope, intercept: scaling.intercept).bytes)
    #expect(try Array(volume.values().prefix(3)) == scaling.expected)
  }

  @Test(arguments: [(Double.infinity, 0.0, "scl_slope"), (1, .nan, "scl_inter"), (1, .infinity, "scl_inter")])
  func `A scaling that is not a number is refused`(slope: Double, intercept: Double, field: String) throws {
    let bytes = NIfTIBytes(slope: slope, intercept: intercept).bytes
    #expect(try dataError { _ = try Volume(bytes: bytes) }?.contains(field) == true)
  }

  @Test(arguments: [
    (32, "complex64"), (128, "RGB24"), (1536, "128-bit float"), (1792, "complex128"), (2048, "complex256"),
    (2304, "RGBA32"), (1, "one-bit"), (0, "no declared type"), (7, "datatype"),
  ])
  func `A type that is not one real number a voxel is refused by name`(code: Int, name: String) throws {
    let message = try dataError { _ = try Volume(bytes: NIfTIBytes(datatype: code, bitpix: 8).bytes) }
    #expect(message?.contains(name) == true, "\(message ?? "accepted")")
  }

  @Test func `A pair is read through either name, also compressed`() throws {
    let file = NIfTIBytes(magic: Array("ni1\0".utf8), voxelOffset: 0)
    try withTemporaryFolder { folder in
      for compression in ["", ".gz"] {
        let stem = folder.appendingPathComponent("v").path
        for (ending, content) in [(".hdr", file.header), (".img", file.voxels)] {
          let stored = compression.isEmpty ? content : try Gzip.compressed(content)
          try Data(stored).write(to: URL(fileURLWithPath: stem + ending + compression))
        }
        for ending in [".hdr", ".img"] {
          #expect(try Volume(path: stem + ending + compression).values() == Self.rowMajorCount)
        }
        try Data(file.voxels.dropLast()).write(to: URL(fileURLWithPath: stem + ".img"))
        #expect(throws: DataError.self) { try Volume(path: stem + ".hdr").values() }
      }
    }
  }

  @Test func `A gzip file of several members and padding is one content`() throws {
    let bytes = NIfTIBytes().bytes
    for cut in [1, 100, 352, 360] {
      let content =
        try Gzip.compressed(Array(bytes[..<cut])) + Gzip.compressed(Array(bytes[cut...])) + [0, 0, 0]
      #expect(try Volume(bytes: content).values() == Self.rowMajorCount)
    }
  }

  @Test func `The header's facts are reported as stored`() throws {
    var file = NIfTIBytes(slope: 2, intercept: 1, pixdim: [1, 1, 2, 3])
    file.sform = (4, [[1, 0, 0, 5], [0, 2, 0, 6], [0, 0, 3, 7]])
    let header = try #require(Volume(bytes: file.bytes).header)
    #expect(header.slope == 2 && header.intercept == 1 && header.sformCode == 4 && header.qformCode == 0)
    #expect(header.pixdim.prefix(4) == [1, 1, 2, 3])
    #expect(header.elementType == .uint8 && header.voxelOffset == 352 && header.isSingleFile)
  }
}

@Suite struct NIfTIWritingTests {
  static let oblique = Affine(
    quaternion: [0.1, -0.2, 0.3], spacing: [0.5, 1, 2], offset: [-10, 20, 3], isMirrored: true)

  @Test(arguments: [Volume.StoredType.float32, .uint8, .int16], ["v.nii", "v.nii.gz"])
  func `Whole numbers come back exactly in every stored type`(type: Volume.StoredType, name: String) throws {
    let values = (0..<60).map { Float($0 * 4) }
    let volume = try Volume(values, shape: [3, 4, 5], affine: #require(Self.oblique))
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent(name).path
      try volume.write(to: path, as: type)
      let read = try Volume(path: path)
      #expect(try read.values() == values)
      #expect(read.header?.elementType == type.elementType)
      #expect(read.affine.rows.joined().elementsEqual(volume.affine.rows.joined()) { abs($0 - $1) < 1e-5 })
      #expect(read.header?.qformCode == 1 && read.header?.sformCode == 1)
    }
  }

  @Test(arguments: [(Volume.StoredType.uint8, Float(256)), (.int16, 65536)])
  func `Fractions in an integer type are off by at most half a step`(type: Volume.StoredType, steps: Float)
    throws
  {
    let values = (0..<24).map { Float($0) * 0.7 - 5 }
    let read = try Volume(bytes: Volume(values, shape: [2, 3, 4]).encoded(as: type)).values()
    #expect(read.isClose(to: values, tolerance: 0.51 * 0.7 * 23 / (steps - 1)))
  }

  @Test func `A constant, a huge range and a tiny range survive an integer type`() throws {
    for values in [[Float](repeating: 0.3, count: 8), [-3e38, 3e38] + Array(repeating: 0, count: 6)] {
      let read = try Volume(bytes: Volume(values, shape: [2, 2, 2]).encoded(as: .int16)).values()
      #expect(read.isClose(to: values, tolerance: 1e-4 * (values.map(abs).max() ?? 0)))
    }
    let tiny = [Float](repeating: .leastNonzeroMagnitude, count: 4) + [0, 0, 0, 0]
    #expect(try Volume(bytes: Volume(tiny, shape: [2, 2, 2]).encoded(as: .uint8)).values().count == 8)
  }

  @Test func `NaN is stored in floats and refused in integers`() throws {
    let volume = try Volume([.nan, 1, .infinity, -.infinity], shape: [4, 1, 1])
    let read = try Volume(bytes: volume.encoded()).values()
    #expect(read[0].isNaN && read[1] == 1 && read[2] == .infinity && read[3] == -.infinity)
    #expect(try dataError { _ = try volume.encoded(as: .uint8) }?.contains("NaN") == true)
  }

  @Test func `Equal volumes make equal files`() throws {
    let volume = try Volume((0..<27).map(Float.init), shape: [3, 3, 3])
    #expect(try Gzip.compressed(volume.encoded()) == Gzip.compressed(volume.encoded()))
  }

  @Test func `An extent beyond 32767 makes a version 2 file`() throws {
    let volume = try Volume([Float](repeating: 1, count: 32768), shape: [1, 32768, 1])
    let read = try Volume(bytes: volume.encoded(as: .uint8))
    #expect(read.header?.version == 2 && read.shape == [1, 32768, 1])
    #expect(try read.values() == volume.values())
  }

  @Test func `Codes, units and text of a volume that was read are kept`() throws {
    var file = NIfTIBytes(pixdim: [1, 2, 2, 2])
    file.sform = (4, [[-2, 0, 0, 9], [0, 2, 0, 8], [0, 0, 2, 7]])
    var bytes = file.bytes
    bytes.replaceSubrange(148..<151, with: Array("T1 ".utf8))
    bytes[123] = 10
    let copy = try Volume(bytes: Volume(bytes: bytes).encoded())
    #expect(copy.header?.sformCode == 4 && copy.header?.unitsCode == 10 && copy.header?.description == "T1 ")
    #expect(copy.axisCodes == "LAS")
  }

  @Test(arguments: [
    ([1, 2], 2), ([2, 2, 2], 7), ([0, 1, 1], 0), ([1, 1, 1, 1, 1, 1, 1, 1], 1), ([-1, -1, 1], 1),
  ])
  func `A shape that does not fit its values is refused`(shape: [Int], count: Int) {
    #expect(throws: DataError.self) { try Volume([Float](repeating: 0, count: count), shape: shape) }
  }
}
