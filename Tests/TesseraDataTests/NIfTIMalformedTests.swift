import Testing

@testable import TesseraData

@Suite struct NIfTIMalformedTests {
  static let variants: [NIfTIBytes] = [1, 2].flatMap { version in
    [false, true].map { bigEndian in
      var file = NIfTIBytes(version: version, bigEndian: bigEndian, datatype: 4, slope: 1.5, intercept: 2)
      file.qform = (1, [0.1, 0.2, 0.3], [1, 2, 3])
      return file
    }
  }

  /// Reads everything; a success must account for its voxels within the file.
  static func check(_ bytes: [UInt8], _ comment: @autoclosure () -> String) throws {
    _ = try dataError {
      let volume = try Volume(bytes: bytes)
      let values = try volume.values()
      #expect(values.count == volume.shape.reduce(1, *), "\(comment())")
      #expect((volume.header?.voxelByteCount ?? .max) <= bytes.count, "\(comment())")
      #expect(
        volume.affine.rows.joined().allSatisfy { $0.isFinite } && volume.axisCodes.count == 3, "\(comment())")
      _ = try volume.encoded()
    }
  }

  @Test(arguments: variants.indices)
  func `A damaged header byte gives an error or a volume that lies within the file`(variant: Int) throws {
    let bytes = Self.variants[variant].bytes
    for position in 0..<bytes.count - 48 {
      for damage in damages(bytes[position]) {
        var damaged = bytes
        damaged[position] = damage
        try Self.check(damaged, "byte \(position) as \(damage)")
      }
    }
  }

  @Test(arguments: variants.indices)
  func `Every truncation is an error that names the header or the extents`(variant: Int) throws {
    let bytes = Self.variants[variant].bytes
    for length in 0..<bytes.count {
      let message = try dataError { _ = try Volume(bytes: Array(bytes.prefix(length))).values() }
      #expect(names(message, of: "NIfTI", ["header", "dim"]), "\(length) bytes: \(message ?? "accepted")")
    }
  }

  @Test(arguments: variants.indices)
  func `Every truncation of a compressed file is an error, its checksum included`(variant: Int) throws {
    let bytes = try Gzip.compressed(Self.variants[variant].bytes)
    for length in 0..<bytes.count {
      let message = try dataError { _ = try Volume(bytes: Array(bytes.prefix(length))).values() }
      let isNamed =
        names(message, of: "gzip", ["compressed data"]) || names(message, of: "NIfTI", ["header", "dim"])
      #expect(isNamed, "\(length) bytes: \(message ?? "accepted")")
    }
  }

  @Test func `A damaged byte of a compressed file never goes unnoticed`() throws {
    let file = Self.variants[0]
    let bytes = try Gzip.compressed(file.bytes)
    let values = try Volume(bytes: bytes).values()
    for position in bytes.indices {
      for damage in damages(bytes[position]) {
        var damaged = bytes
        damaged[position] = damage
        _ = try dataError {
          let read = try Volume(bytes: damaged).values()
          #expect(read == values, "byte \(position) as \(damage)")
        }
      }
    }
  }

  @Test(arguments: [1, 2])
  func `Extents that the file cannot hold are refused, however compressed`(version: Int) throws {
    for shape in [[32767, 32767, 32767], [32767, 32767, 32767, 32767, 32767, 32767, 32767], [3, 2, 5]] {
      let bytes = NIfTIBytes(version: version, shape: shape).bytes
      #expect(try dataError { _ = try Volume(bytes: bytes) }?.contains("dim") == true)
      #expect(try dataError { _ = try Volume(bytes: Gzip.compressed(bytes)).values() } != nil)
    }
  }

  @Test func `A content that expands without end costs what the header declares`() throws {
    let bytes = NIfTIBytes().bytes + [UInt8](repeating: 0, count: 8 << 20)
    let bomb = try Gzip.compressed(bytes)
    #expect(bomb.count < 16_384)
    #expect(try Volume(bytes: bomb).values().count == 24)
    let small = NIfTIBytes(shape: [2000, 2000, 2000]).header
    let message = try dataError { _ = try Volume(bytes: Gzip.compressed(small + [0, 0, 0, 0])) }
    #expect(message?.contains("dim") == true)
  }

  struct Lie: Sendable {
    let change: @Sendable (inout NIfTIBytes) -> Void
    let message: String
  }

  static let lies: [Lie] = [
    Lie(change: { $0.shape = [] }, message: "dim[0] is 0"),
    Lie(change: { $0.shape = [3, 0, 4] }, message: "dim[2] is 0"),
    Lie(change: { $0.shape = [3, 2, -4] }, message: "dim[3] is -4"),
    Lie(change: { $0.bitpix = 16 }, message: "bitpix is 16, datatype 2 has 8"),
    Lie(
      change: { $0.magic = [0x6E, 0x2B, 0x33, 0] + ($0.version == 2 ? [13, 10, 26, 10] : []) },
      message: "magic"),
    Lie(change: { $0.magic = Array(repeating: 0, count: $0.version == 2 ? 8 : 4) }, message: "Analyze"),
    Lie(change: { $0.voxelOffset = 0 }, message: "vox_offset is 0.0"),
    Lie(change: { $0.voxelOffset = -1 }, message: "vox_offset"),
    Lie(change: { $0.voxelOffset = 0x1p40 }, message: "dim"),
    Lie(change: { $0.qform = (1, [1, 1, 1], [0, 0, 0]) }, message: "quatern"),
    Lie(change: { $0.qform = (1, [.nan, 0, 0], [0, 0, 0]) }, message: "quatern"),
    Lie(change: { $0.sform = (1, [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]) }, message: "srow"),
    Lie(change: { $0.sform = (1, [[.nan, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]) }, message: "srow"),
  ]

  @Test(arguments: lies.indices, [1, 2])
  func `A lying header is answered with the field that lies`(lie: Int, version: Int) throws {
    var file = NIfTIBytes(version: version)
    Self.lies[lie].change(&file)
    let message = try dataError { _ = try Volume(bytes: file.bytes, name: "v.nii") }
    #expect(message?.contains(Self.lies[lie].message) == true, "\(message ?? "accepted")")
    #expect(message?.hasPrefix("v.nii") == true)
  }

  @Test(arguments: [Double.nan, 352.5, .infinity])
  func `A voxel offset that is not a whole number is refused`(offset: Double) throws {
    let message = try dataError { _ = try Volume(bytes: NIfTIBytes(voxelOffset: offset).bytes) }
    #expect(message?.contains("vox_offset") == true)
  }

  @Test func `A lone header of a pair says what it needs`() throws {
    let message = try dataError { _ = try Volume(bytes: NIfTIBytes(magic: Array("ni1\0".utf8)).bytes) }
    #expect(message?.contains(".img") == true)
  }
}
