/// A volume with its place in space; the values of a file are read when asked for.
public struct Volume: Sendable {
  /// Extents in voxels, `[nx, ny, nz]` and further axes where there are any.
  public let shape: [Int]
  /// The map from indices to RAS+ millimetres.
  public let affine: Affine
  /// The header the volume was read with; nil for one made in memory.
  public let header: NIfTIHeader?
  private let storage: Storage

  private enum Storage: Sendable {
    case values([Float])
    case file(NIfTIFile)
  }

  /// Opens a `.nii`, `.nii.gz` or one file of a `.hdr`/`.img` pair and checks its header.
  public init(path: String) throws {
    self.init(file: try NIfTIFile(path: path))
  }

  /// The single-file volume that `bytes` would be, called `name` in messages.
  public init(bytes: [UInt8], name: String = "bytes") throws {
    self.init(file: try NIfTIFile(source: ByteSource(name: name, bytes: bytes)))
  }

  /// A volume of row-major `values`, last index fastest.
  public init(_ values: [Float], shape: [Int], affine: Affine = Affine()) throws {
    guard shape.count >= 3, shape.count <= 7, shape.allSatisfy({ $0 > 0 }),
      let bytes = byteCount(of: .float32, shape: shape)
    else { throw DataError.invalidArgument("shape", reason: "\(shape) is not 3 to 7 positive extents") }
    guard bytes == values.count * 4 else {
      throw DataError.invalidArgument(
        "values", reason: "number \(values.count), shape \(shape) needs \(bytes / 4)")
    }
    self.shape = shape
    self.affine = affine
    header = nil
    storage = .values(values)
  }

  private init(file: NIfTIFile) {
    shape = file.header.shape
    affine = file.header.affine
    header = file.header
    storage = .file(file)
  }

  /// Millimetres between voxels along the three axes.
  public var spacing: [Double] { affine.spacing }

  /// The anatomical direction of each growing index, such as `RAS`.
  public var axisCodes: String { affine.axisCodes }

  /// The scaled values, row-major with the last index fastest.
  ///
  /// A file is read and decompressed on every call: keep the result.
  /// - Memory: the stored voxels while reading, and four bytes a voxel of result.
  public func values() throws -> [Float] {
    switch storage {
    case .values(let values): return values
    case .file(let file): return try file.values()
    }
  }
}
