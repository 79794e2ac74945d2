import Glibc

/// Random access to a file's bytes, or to bytes in memory standing in for a file.
///
/// Files are read with `pread`, not mapped: a file that shrinks under a mapping kills the process with
/// SIGBUS, a short read is an error like any other.
struct ByteSource: Sendable {
  /// What messages call it: the path as the caller gave it.
  let name: String
  /// Total bytes when opened.
  let count: Int
  private let storage: Storage

  private enum Storage: Sendable {
    case memory([UInt8])
    case file(OpenFile)
  }

  init(name: String, bytes: [UInt8]) {
    self.name = name
    count = bytes.count
    storage = .memory(bytes)
  }

  init(path: String) throws {
    let file = try OpenFile(path: path)
    name = path
    count = file.size
    storage = .file(file)
  }

  /// The bytes of `range`, which must lie within `0..<count`.
  func read(_ range: Range<Int>) throws -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "callers check ranges first")
    switch storage {
    case .memory(let bytes): return Array(bytes[range])
    case .file(let file):
      return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
        try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
        filled = range.count
      }
    }
  }

  /// The first `limit` bytes, or all of them where the file is shorter.
  func prefix(_ limit: Int) throws -> [UInt8] {
    try read(0..<min(limit, count))
  }
}

/// An open descriptor, closed with its last owner; immutable, and `pread` keeps no position, so shareable.
private final class OpenFile: Sendable {
  let path: String
  let size: Int
  private let descriptor: Int32

  init(path: String) throws {
    // Looked at before opening: opening a FIFO would wait for a writer.
    var status = stat()
    guard stat(path, &status) == 0 else { throw DataError.cannotRead(path: path, reason: lastSystemError()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw DataError.cannotRead(path: path, reason: isFolder ? "it is a folder" : "it is not a regular file")
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DataError.cannotRead(path: path, reason: lastSystemError()) }
    size = Int(status.st_size)
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw DataError.cannotRead(path: path, reason: lastSystemError()) }
      guard count > 0 else {
        throw DataError.cannotRead(path: path, reason: "it became shorter while being read")
      }
      done += count
    }
  }
}

/// The message of the C library for `errno`, without its capital.
func lastSystemError() -> String {
  let message = String(cString: strerror(errno))
  return message.prefix(1).lowercased() + message.dropFirst()
}
