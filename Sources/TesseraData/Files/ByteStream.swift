/// A file's content from front to back, whether stored or gzipped.
struct ByteStream {
  /// The most bytes the content can have, whatever its header says.
  let maximumCount: Int
  private let content: Content
  private var position = 0

  private enum Content {
    case stored(ByteSource)
    case gzip(GzipStream)
  }

  init(_ source: ByteSource) throws {
    if try GzipStream.isGzip(source) {
      content = .gzip(try GzipStream(source))
      maximumCount = source.count.multipliedReportingOverflow(by: GzipStream.maximumRatio).partialValue
    } else {
      content = .stored(source)
      maximumCount = source.count
    }
  }

  /// The next `limit` bytes, or fewer where the content ends.
  mutating func read(upTo limit: Int) throws -> [UInt8] {
    switch content {
    case .stored(let source):
      let end = min(position + limit, source.count)
      defer { position = end }
      return try source.read(position..<end)
    case .gzip(let stream):
      return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
        filled = try stream.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }

  /// Passes over `count` bytes; false where the content ends before.
  mutating func skip(_ count: Int) throws -> Bool {
    if case .stored(let source) = content {
      position += count
      return position <= source.count
    }
    var left = count
    while left > 0 {
      let piece = try read(upTo: min(left, 1 << 16))
      guard !piece.isEmpty else { return false }
      left -= piece.count
    }
    return true
  }

  /// Reads a compressed content to its end, so that its checksum is verified.
  mutating func verifyToEnd() throws {
    guard case .gzip = content else { return }
    while try !read(upTo: 1 << 16).isEmpty {}
  }
}
