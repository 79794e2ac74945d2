/// Where each header field lies, in bytes, in the two versions of the format.
///
/// Version 2 widened dimensions to 64 bits and geometry to doubles and moved everything; the fields are the same,
/// so one reader and one writer go through this table.
struct NIfTILayout: Sendable {
  let version: Int
  /// `sizeof_hdr`, which by its byte order also tells that of the file.
  let headerSize: Int
  /// Bytes of a single-file header with the four bytes that announce extensions: the least `vox_offset`.
  var singleFileStart: Int { headerSize + 4 }
  let magicOffset: Int
  let singleFileMagic: [UInt8]
  let pairMagic: [UInt8]
  let dim: Field
  let pixdim: Field
  let voxOffset: Field
  let sclSlope: Field
  let sclInter: Field
  let calMax: Field
  let calMin: Field
  let datatype: Field
  let bitpix: Field
  let xyztUnits: Field
  let qformCode: Field
  let sformCode: Field
  let quaternion: Field
  let qoffset: Field
  let srow: Field
  let description: Range<Int>

  /// A number, or several in a row, at a place in the header.
  struct Field: Sendable {
    let offset: Int
    let kind: ElementType
  }

  static let version1 = NIfTILayout(
    version: 1, headerSize: 348, magicOffset: 344, singleFileMagic: Array("n+1\0".utf8),
    pairMagic: Array("ni1\0".utf8), dim: Field(offset: 40, kind: .int16),
    pixdim: Field(offset: 76, kind: .float32),
    voxOffset: Field(offset: 108, kind: .float32), sclSlope: Field(offset: 112, kind: .float32),
    sclInter: Field(offset: 116, kind: .float32), calMax: Field(offset: 124, kind: .float32),
    calMin: Field(offset: 128, kind: .float32), datatype: Field(offset: 70, kind: .int16),
    bitpix: Field(offset: 72, kind: .int16), xyztUnits: Field(offset: 123, kind: .uint8),
    qformCode: Field(offset: 252, kind: .int16), sformCode: Field(offset: 254, kind: .int16),
    quaternion: Field(offset: 256, kind: .float32), qoffset: Field(offset: 268, kind: .float32),
    srow: Field(offset: 280, kind: .float32), description: 148..<228)

  /// The bytes after the magic catch a transfer that translated line ends.
  static let version2 = NIfTILayout(
    version: 2, headerSize: 540, magicOffset: 4, singleFileMagic: Array("n+2\0\r\n\u{1A}\n".utf8),
    pairMagic: Array("ni2\0\r\n\u{1A}\n".utf8), dim: Field(offset: 16, kind: .int64),
    pixdim: Field(offset: 104, kind: .float64), voxOffset: Field(offset: 168, kind: .int64),
    sclSlope: Field(offset: 176, kind: .float64), sclInter: Field(offset: 184, kind: .float64),
    calMax: Field(offset: 192, kind: .float64), calMin: Field(offset: 200, kind: .float64),
    datatype: Field(offset: 12, kind: .int16), bitpix: Field(offset: 14, kind: .int16),
    xyztUnits: Field(offset: 500, kind: .int32), qformCode: Field(offset: 344, kind: .int32),
    sformCode: Field(offset: 348, kind: .int32), quaternion: Field(offset: 352, kind: .float64),
    qoffset: Field(offset: 376, kind: .float64), srow: Field(offset: 400, kind: .float64),
    description: 240..<320)

  static let all = [version1, version2]
}

/// The codes of `datatype`.
enum NIfTIDatatype {
  static let elementTypes: [Int: ElementType] = [
    2: .uint8, 4: .int16, 8: .int32, 16: .float32, 64: .float64, 256: .int8, 512: .uint16, 768: .uint32,
    1024: .int64, 1280: .uint64,
  ]

  /// Codes of the standard that hold no single real number a voxel, or one wider than a double.
  static let refused: [Int: String] = [
    0: "voxels of no declared type", 1: "one-bit voxels", 32: "complex64 voxels", 128: "RGB24 voxels",
    1536: "128-bit float voxels", 1792: "complex128 voxels", 2048: "complex256 voxels", 2304: "RGBA32 voxels",
  ]

  static func code(of elementType: ElementType) -> Int? {
    elementTypes.first { $0.value == elementType }?.key
  }
}
