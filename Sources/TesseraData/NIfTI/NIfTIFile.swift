/// A NIfTI file whose header has been checked and whose voxels are still on disk.
struct NIfTIFile: Sendable {
  let header: NIfTIHeader
  /// Where the voxels are: the file itself, or the `.img` of a pair.
  private let voxelSource: ByteSource

  init(path: String) throws {
    let paths = NIfTIPair.paths(for: path)
    try self.init(source: ByteSource(path: paths.header), imagePath: paths.image)
  }

  /// The file in `source`; a pair needs the path of its image.
  init(source: ByteSource, imagePath: String? = nil) throws {
    var stream = try ByteStream(source)
    header = try NIfTIHeader(&stream, file: source.name)
    guard !header.isSingleFile else {
      voxelSource = source
      return
    }
    guard let imagePath else {
      throw DataError.malformed(
        .nifti, file: source.name, field: "magic",
        reason: "announces an .img file, but the name does not end in .hdr")
    }
    voxelSource = try ByteSource(path: imagePath)
    try header.checkFits(ByteStream(voxelSource).maximumCount, file: imagePath)
  }

  /// The scaled values in row-major order.
  func values() throws -> [Float] {
    let bytes = try storedBytes()
    let slope = header.slope ?? 1
    let intercept = header.intercept
    let isUnscaled = slope == 1 && intercept == 0
    return bytes.withUnsafeBytes { bytes in
      header.elementType.withReader(of: bytes, bigEndian: header.isBigEndian) { element in
        isUnscaled
          ? rowMajor(fromFirstIndexFastest: header.shape) { Float(element($0)) }
          : rowMajor(fromFirstIndexFastest: header.shape) { Float(element($0) * slope + intercept) }
      }
    }
  }

  private func storedBytes() throws -> [UInt8] {
    var stream = try ByteStream(voxelSource)
    var bytes: [UInt8] = []
    if try stream.skip(header.voxelOffset) { bytes = try stream.read(upTo: header.voxelByteCount) }
    guard bytes.count == header.voxelByteCount else {
      throw DataError.malformed(
        .nifti, file: voxelSource.name, field: "voxels",
        reason: "end after \(bytes.count) of the \(header.voxelByteCount) bytes that dim declares")
    }
    try stream.verifyToEnd()
    return bytes
  }
}

/// The two names of a `.hdr`/`.img` pair.
enum NIfTIPair {
  /// The header and image paths when `path` names either file of a pair; else `path` and no image.
  static func paths(for path: String) -> (header: String, image: String?) {
    for compression in ["", ".gz"] {
      for ending in [".hdr", ".img"] where path.lowercased().hasSuffix(ending + compression) {
        let stem = path.dropLast(ending.count + compression.count)
        let isUppercase = path.hasSuffix(ending.uppercased() + compression)
        let endings = isUppercase ? [".HDR", ".IMG"] : [".hdr", ".img"]
        return (stem + endings[0] + compression, stem + endings[1] + compression)
      }
    }
    return (path, nil)
  }
}
