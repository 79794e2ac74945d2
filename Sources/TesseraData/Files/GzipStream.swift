import CZlib

/// Decompresses a gzip file from front to back, a piece at a time.
///
/// Nothing is allocated for the decompressed side: the caller says how much it wants, so a small file that
/// would expand without end costs only what was asked for.
final class GzipStream {
  /// The most that deflate can expand: 258 bytes from two bits.
  static let maximumRatio = 1032
  private static let inputCapacity = 1 << 16

  private let source: ByteSource
  private var position = 0
  private var input: [UInt8] = []
  private var inputStart = 0
  private var hasEnded = false
  /// At a stable address: zlib keeps a pointer back to it.
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ source: ByteSource) throws {
    self.source = source
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window; 16 asks for the gzip wrapper with its checksum.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw DataError.cannotRead(path: source.name, reason: "zlib could not start")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  static func isGzip(_ source: ByteSource) throws -> Bool {
    try source.prefix(2) == [0x1F, 0x8B]
  }

  /// Fills `buffer` as far as the stream goes; fewer bytes than asked for means that it ended, checksum and all.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var done = 0
    while done < buffer.count, !hasEnded {
      try refill()
      let room = min(buffer.count - done, Int(UInt32.max))
      let (consumed, produced, status) = inflate(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + room]))
      inputStart += consumed
      done += produced
      try handle(status, progressed: consumed + produced > 0)
    }
    return done
  }

  private func refill() throws {
    guard inputStart == input.count, position < source.count else { return }
    let end = min(position + Self.inputCapacity, source.count)
    input = try source.read(position..<end)
    inputStart = 0
    position = end
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) -> (
    consumed: Int, produced: Int, status: Int32
  ) {
    input.withUnsafeMutableBufferPointer { input in
      let available = input.count - inputStart
      stream.pointee.next_in = input.baseAddress?.advanced(by: inputStart)
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(buffer.count)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      return (available - Int(stream.pointee.avail_in), buffer.count - Int(stream.pointee.avail_out), status)
    }
  }

  private func handle(_ status: Int32, progressed: Bool) throws {
    switch status {
    case Z_STREAM_END: try startNextMember()
    case Z_OK where progressed: break
    case Z_OK, Z_BUF_ERROR: throw malformed("ends before its last block")
    default: throw malformed(stream.pointee.msg.map { "is damaged (\(String(cString: $0)))" } ?? "is damaged")
    }
  }

  /// Gzip files may be concatenated; whatever else follows a member, such as a tape's zeros, is padding.
  private func startNextMember() throws {
    try refill()
    let next = input[inputStart...].prefix(2)
    if next.elementsEqual([0x1F, 0x8B]) || (next.elementsEqual([0x1F]) && position < source.count) {
      inflateReset(stream)
    } else {
      hasEnded = true
    }
  }

  private func malformed(_ reason: String) -> DataError {
    .malformed(.gzip, file: source.name, field: "compressed data", reason: reason)
  }
}
