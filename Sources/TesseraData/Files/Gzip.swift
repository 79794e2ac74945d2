import CZlib

/// Whole-buffer compression and checksums; gzip files are read through `GzipStream`.
enum Gzip {
  /// What surrounds compressed bytes: how zlib's window bits say it.
  enum Wrapper: Int32 {
    case gzip = 31
    case zlib = 15
  }

  /// `bytes` as a gzip file with no name and no time in it, so that equal content makes equal files, or as a zlib stream.
  static func compressed(
    _ bytes: [UInt8], as wrapper: Wrapper = .gzip, level: Int32 = Z_DEFAULT_COMPRESSION
  ) throws -> [UInt8] {
    var stream = z_stream()
    // 8 is zlib's own default for the memory level.
    let status = deflateInit2_(
      &stream, level, Z_DEFLATED, wrapper.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw DataError.invalidArgument("compression level", reason: "\(level) is refused")
    }
    defer { deflateEnd(&stream) }
    return deflateAll(bytes, &stream)
  }

  /// Feeds zlib in pieces: its counters are 32 bits wide.
  private static func deflateAll(_ bytes: [UInt8], _ stream: inout z_stream) -> [UInt8] {
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    var position = 0
    var status = Z_OK
    while status != Z_STREAM_END {
      let end = min(position + piece.count, bytes.count)
      status = bytes[position..<end].withUnsafeBytes { input in
        // zlib takes the input as mutable and does not write to it.
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        return drain(&stream, flush: end == bytes.count ? Z_FINISH : Z_NO_FLUSH, through: &piece, to: &output)
      }
      position = end
    }
    return output
  }

  private static func drain(
    _ stream: inout z_stream, flush: Int32, through piece: inout [UInt8], to output: inout [UInt8]
  ) -> Int32 {
    var status = Z_OK
    repeat {
      let produced = piece.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        status = deflate(&stream, flush)
        return buffer.count - Int(stream.avail_out)
      }
      output += piece[..<produced]
    } while stream.avail_out == 0
    return status
  }

  /// The content of a bare deflate stream, as zip members are; nil where it is damaged or not of this size.
  ///
  /// A size that the bytes cannot expand to is refused before anything is allocated.
  static func decompressed(rawDeflate bytes: [UInt8], size: Int) -> [UInt8]? {
    guard size >= 0, size / GzipStream.maximumRatio <= bytes.count, size <= UInt32.max,
      bytes.count <= UInt32.max
    else { return nil }
    var stream = z_stream()
    // Negative window bits mean no wrapper.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
    defer { inflateEnd(&stream) }
    var isComplete = false
    let output = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, filled in
      bytes.withUnsafeBytes { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(size)
        isComplete = inflate(&stream, Z_FINISH) == Z_STREAM_END
        filled = size - Int(stream.avail_out)
      }
    }
    return isComplete && output.count == size ? output : nil
  }

  /// The CRC-32 of zip and gzip.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
  }
}
