/// The facts of a NIfTI header, checked against each other.
public struct NIfTIHeader: Equatable, Sendable {
  /// 1 or 2.
  public let version: Int
  /// Whether numbers are stored most significant byte first.
  public let isBigEndian: Bool
  /// Whether header and voxels share one file (`.nii`) or are a `.hdr`/`.img` pair.
  public let isSingleFile: Bool
  /// Extents, first index fastest in the file; at least three, missing ones 1.
  public let shape: [Int]
  /// The type voxels are stored in, before scaling.
  public let elementType: ElementType
  /// Where voxels begin, in bytes.
  public let voxelOffset: Int
  /// Value = stored × `slope` + `intercept`; nil where the file declares no scaling.
  public let slope: Double?
  /// See `slope`.
  public let intercept: Double
  /// Voxel sizes as declared, the first being the handedness of the quaternion; the affine decides where they differ.
  public let pixdim: [Double]
  /// What the quaternion's space is: 0 unused, 1 scanner, 2 aligned, 3 Talairach, 4 MNI 152.
  public let qformCode: Int
  /// The same for the affine rows, which win over the quaternion.
  public let sformCode: Int
  /// The map to millimetres: sform, else qform, else voxel sizes alone.
  public let affine: Affine
  /// Units as coded: 1 metre, 2 millimetre, 3 micrometre, plus 8 second, 16 millisecond, 24 microsecond.
  public let unitsCode: Int
  /// The window in which the writer suggests showing the values; both 0 where it suggests none.
  public let displayRange: ClosedRange<Double>?
  /// Free text, at most 80 bytes.
  public let description: String

  /// Bytes of all voxels.
  let voxelByteCount: Int
}

extension NIfTIHeader {
  /// Reads the header from the first bytes of `stream`.
  init(_ stream: inout ByteStream, file: String) throws {
    let layouts = NIfTILayout.all
    var bytes = try stream.read(upTo: layouts[0].headerSize)
    func malformed(_ field: String, _ reason: String) -> DataError {
      .malformed(.nifti, file: file, field: field, reason: reason)
    }
    guard bytes.count >= 4 else { throw malformed("header", "needs 348 bytes, the file has \(bytes.count)") }
    let declared = [false, true].map { bigEndian in
      bytes.withUnsafeBytes { Int(word(of: $0, at: 0, bigEndian) as Int32) }
    }
    guard let (layout, bigEndian) = Self.match(declared, layouts) else {
      throw malformed("sizeof_hdr", "is \(declared[0]), neither 348 nor 540 in either byte order")
    }
    bytes += try stream.read(upTo: layout.headerSize - bytes.count)
    guard bytes.count == layout.headerSize else {
      throw malformed("header", "needs \(layout.headerSize) bytes, the file has \(bytes.count)")
    }
    let fields = NIfTIFields(layout: layout, bytes: bytes, isBigEndian: bigEndian, file: file)
    try self.init(fields, contentLimit: stream.maximumCount)
  }

  private static func match(_ declared: [Int], _ layouts: [NIfTILayout]) -> (NIfTILayout, Bool)? {
    for layout in layouts {
      if let order = declared.firstIndex(of: layout.headerSize) { return (layout, order == 1) }
    }
    return nil
  }

  private init(_ fields: NIfTIFields, contentLimit: Int) throws {
    version = fields.layout.version
    isBigEndian = fields.isBigEndian
    isSingleFile = try fields.isSingleFile()
    shape = try fields.shape()
    elementType = try fields.elementType()
    voxelOffset = try fields.voxelOffset(isSingleFile: isSingleFile)
    (slope, intercept) = try fields.scaling()
    pixdim = fields.doubles(fields.layout.pixdim, count: 8)
    qformCode = fields.integer(fields.layout.qformCode)
    sformCode = fields.integer(fields.layout.sformCode)
    affine = try fields.affine()
    unitsCode = fields.integer(fields.layout.xyztUnits)
    displayRange = fields.displayRange()
    description = fields.text()
    guard let needed = byteCount(of: elementType, shape: shape) else {
      throw fields.malformed("dim", "\(shape) overflows")
    }
    voxelByteCount = needed
    // A pair's voxels are in the other file, whose size is checked when it is opened.
    if isSingleFile { try checkFits(contentLimit, file: fields.file) }
  }

  /// Fails unless the voxels can lie within `limit` bytes of content.
  func checkFits(_ limit: Int, file: String) throws {
    let (end, overflow) = voxelOffset.addingReportingOverflow(voxelByteCount)
    guard !overflow, end <= limit else {
      throw DataError.malformed(
        .nifti, file: file, field: "dim",
        reason: "\(shape) of \(elementType.rawValue) at byte \(voxelOffset) needs \(voxelByteCount) bytes, "
          + "the file can hold \(max(0, limit - voxelOffset))")
    }
  }
}
