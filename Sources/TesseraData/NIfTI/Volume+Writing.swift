extension Volume {
  /// The stored types `write` offers.
  public enum StoredType: Sendable {
    /// Exact.
    case float32
    /// Labels and small intensities: whole numbers 0…255 exactly, anything else scaled to 256 steps.
    case uint8
    /// Whole numbers of 16 bits exactly, anything else scaled to 65536 steps.
    case int16

    var elementType: ElementType {
      switch self {
      case .float32: .float32
      case .uint8: .uint8
      case .int16: .int16
      }
    }
  }

  /// Writes a single-file NIfTI, gzipped where `path` ends in `.gz`, replacing `path` only once complete.
  ///
  /// Version 1 unless an extent exceeds 32767. Both sform and, where the axes are at right angles, qform are
  /// written, with the codes the volume was read with, else "scanner".
  ///
  /// - Throws: `DataError.invalidArgument` for NaN or infinity in an integer type.
  public func write(to path: String, as type: StoredType = .float32) throws {
    let bytes = try encoded(as: type)
    let isCompressed = path.lowercased().hasSuffix(".gz")
    let content = isCompressed ? try Gzip.compressed(bytes) : bytes
    try AtomicFile.write(path) { try $0.append(content) }
  }

  /// The uncompressed file that `write` would make.
  public func encoded(as type: StoredType = .float32) throws -> [UInt8] {
    let values = try values()
    let scaling = try Scaling(values, type)
    var header = NIfTIHeaderWriter(layout: shape.allSatisfy { $0 <= Int16.max } ? .version1 : .version2)
    header.describe(self, as: type.elementType, scaling: scaling)
    return header.bytes + voxels(values, type, scaling)
  }

  /// Stored = (value − intercept) / slope.
  struct Scaling {
    var slope = 1.0
    var intercept = 0.0

    /// No scaling where every value is a whole number the type holds, else the values' range over the type's.
    init(_ values: [Float], _ type: StoredType) throws {
      let stored: ClosedRange<Double>
      switch type {
      case .float32: return
      case .uint8: stored = 0...255
      case .int16: stored = -32768...32767
      }
      guard values.allSatisfy(\.isFinite) else {
        throw DataError.invalidArgument(
          "values", reason: "contain NaN or infinity, which integers cannot store")
      }
      let low = Double(values.min() ?? 0)
      let high = Double(values.max() ?? 0)
      let isExact = stored.contains(low) && stored.contains(high) && values.allSatisfy { $0 == $0.rounded() }
      guard !isExact else { return }
      // The header holds singles: the numbers used must be those that will be read back.
      guard high > low else {
        intercept = low
        return
      }
      let step = Float((high - low) / (stored.upperBound - stored.lowerBound))
      slope = Double(max(step, .leastNonzeroMagnitude))
      intercept = Double(Float(low - stored.lowerBound * slope))
    }
  }

  private func voxels(_ values: [Float], _ type: StoredType, _ scaling: Scaling) -> [UInt8] {
    // Reversing the axes of a row-major array is what reading does, with the shape reversed.
    let ordered = values.withUnsafeBufferPointer { values in
      rowMajor(fromFirstIndexFastest: shape.reversed()) { values[$0] }
    }
    func stored(_ value: Float) -> Double { ((Double(value) - scaling.intercept) / scaling.slope).rounded() }
    switch type {
    case .float32: return packed(ordered) { $0.bitPattern.littleEndian }
    case .uint8: return packed(ordered) { UInt8(min(max(stored($0), 0), 255)) }
    case .int16: return packed(ordered) { Int16(min(max(stored($0), -32768), 32767)).littleEndian }
    }
  }
}
