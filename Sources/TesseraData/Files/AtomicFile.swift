import Glibc

/// A file written beside its destination and moved over it once complete and on disk.
///
/// Whatever fails, a reader of `path` sees the old content or the new, never a part.
struct AtomicFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32

  /// Writes `path` through `body`, which appends to the file it is given.
  static func write(_ path: String, _ body: (borrowing AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(path: resolvingLinks(path))
    do {
      try body(file)
      try file.commit()
    } catch {
      file.abandon()
      throw error
    }
  }

  private init(path: String) throws {
    self.path = path
    temporaryPath = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).partial"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw DataError.cannotWrite(path: path, reason: lastSystemError()) }
  }

  /// Appends `bytes`.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw DataError.cannotWrite(path: path, reason: lastSystemError()) }
      done += count
    }
  }

  /// Appends `bytes`.
  func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try append($0) }
  }

  private func commit() throws {
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw DataError.cannotWrite(path: path, reason: lastSystemError())
    }
    close(descriptor)
    syncFolder()
  }

  /// The rename itself survives a power cut only once the folder is on disk; some file systems cannot, and
  /// the file is good without it, so failure here is not an error.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func abandon() {
    close(descriptor)
    unlink(temporaryPath)
  }

  /// The file a link stands for, so that writing through a link replaces the file and keeps the link.
  private static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
