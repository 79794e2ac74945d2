/// The bytes of a header with the meaning and the checks of each field.
struct NIfTIFields {
  let layout: NIfTILayout
  let bytes: [UInt8]
  let isBigEndian: Bool
  let file: String

  func malformed(_ field: String, _ reason: String) -> DataError {
    .malformed(.nifti, file: file, field: field, reason: reason)
  }

  func doubles(_ field: NIfTILayout.Field, count: Int) -> [Double] {
    bytes.withUnsafeBytes { all in
      let slice = UnsafeRawBufferPointer(
        rebasing: all[field.offset..<field.offset + count * field.kind.byteCount])
      return field.kind.withReader(of: slice, bigEndian: isBigEndian) { element in (0..<count).map(element) }
    }
  }

  func double(_ field: NIfTILayout.Field) -> Double {
    doubles(field, count: 1)[0]
  }

  /// An integer field; 64-bit values beyond 2^53 come back rounded, far above any limit they are checked against.
  func integer(_ field: NIfTILayout.Field) -> Int {
    Int(exactly: double(field)) ?? .max
  }

  func isSingleFile() throws -> Bool {
    let magic = Array(bytes[layout.magicOffset..<layout.magicOffset + layout.singleFileMagic.count])
    if magic == layout.singleFileMagic { return true }
    if magic == layout.pairMagic { return false }
    if magic.prefix(4) == [0, 0, 0, 0] {
      throw DataError.unsupported(
        .nifti, file: file, what: "an Analyze 7.5 header, which does not tell left from right",
        advice: "convert it to NIfTI with a tool that knows where it came from")
    }
    throw malformed("magic", "is \(magic)")
  }

  func shape() throws -> [Int] {
    let dims = doubles(layout.dim, count: 8)
    guard let rank = Int(exactly: dims[0]), (1...7).contains(rank) else {
      throw malformed("dim[0]", "is \(dims[0]), not a number of axes from 1 to 7")
    }
    var shape: [Int] = []
    for axis in 1...rank {
      guard let extent = Int(exactly: dims[axis]), extent >= 1 else {
        throw malformed("dim[\(axis)]", "is \(dims[axis])")
      }
      shape.append(extent)
    }
    return shape + Array(repeating: 1, count: max(0, 3 - rank))
  }

  func elementType() throws -> ElementType {
    let code = integer(layout.datatype)
    if let what = NIfTIDatatype.refused[code] {
      throw DataError.unsupported(
        .nifti, file: file, what: what, advice: "convert it to one real number a voxel")
    }
    guard let type = NIfTIDatatype.elementTypes[code] else {
      throw malformed("datatype", "is \(code), not a code of the standard")
    }
    let bits = integer(layout.bitpix)
    guard bits == type.byteCount * 8 else {
      throw malformed("bitpix", "is \(bits), datatype \(code) has \(type.byteCount * 8)")
    }
    return type
  }

  func voxelOffset(isSingleFile: Bool) throws -> Int {
    let value = double(layout.voxOffset)
    let least = isSingleFile ? layout.singleFileStart : 0
    guard let offset = Int(exactly: value), offset >= least else {
      throw malformed("vox_offset", "is \(value), not a whole number of at least \(least)")
    }
    return offset
  }

  /// A slope of 0 or NaN declares no scaling, and the intercept is then not looked at.
  func scaling() throws -> (slope: Double?, intercept: Double) {
    let slope = double(layout.sclSlope)
    let intercept = double(layout.sclInter)
    guard slope != 0, !slope.isNaN else { return (nil, 0) }
    guard slope.isFinite else { throw malformed("scl_slope", "is \(slope)") }
    guard intercept.isFinite else { throw malformed("scl_inter", "is \(intercept)") }
    return (slope, intercept)
  }

  func displayRange() -> ClosedRange<Double>? {
    let (low, high) = (double(layout.calMin), double(layout.calMax))
    return low < high ? low...high : nil
  }

  func text() -> String {
    String(decoding: bytes[layout.description].prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension NIfTIFields {
  /// The rows of the sform where it has a code, else the quaternion where that has one, else voxel sizes.
  func affine() throws -> Affine {
    if integer(layout.sformCode) > 0 {
      let numbers = doubles(layout.srow, count: 12)
      guard let affine = Affine(rows: (0..<3).map { Array(numbers[$0 * 4..<$0 * 4 + 4]) }) else {
        throw malformed("srow", "\(numbers) is not an invertible map")
      }
      return affine
    }
    guard integer(layout.qformCode) > 0 else { return Affine(spacing: Array(pixelSizes())) }
    let quaternion = doubles(layout.quaternion, count: 3)
    let affine = Affine(
      quaternion: quaternion, spacing: pixelSizes(), offset: doubles(layout.qoffset, count: 3),
      isMirrored: doubles(layout.pixdim, count: 1)[0] < 0)
    guard let affine else {
      throw malformed("quatern", "\(quaternion) with pixdim \(pixelSizes()) is not an invertible map")
    }
    return affine
  }

  private func pixelSizes() -> [Double] {
    doubles(layout.pixdim, count: 4).dropFirst().map(abs)
  }
}
