import Glibc

/// Reading and writing whole files, with errors as sentences.
enum TextFile {
  /// What the system said about a file.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path): \(reason)" }

    init(_ path: String, reason: String? = nil) {
      self.path = path
      self.reason = reason ?? String(cString: strerror(errno))
    }
  }

  /// The text of a file; bytes that are not UTF-8 are an error, as they would move every column.
  static func read(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(path, reason: "is a folder")
    }
    return try text(of: descriptor, path: path)
  }

  /// Everything on standard input.
  static func readStandardInput() throws -> String { try text(of: 0, path: "stdin") }

  private static func text(of descriptor: Int32, path: String) throws -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(path) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(path, reason: "is not UTF-8 text")
    }
    return text
  }

  /// Replaces a file in one step: a crash or a full disk leaves the old text or the new, never a mixture.
  ///
  /// - Parameter mode: The permissions of a new file; an existing file keeps its own.
  static func replace(_ path: String, with text: String, mode: mode_t = 0o644) throws {
    let target = resolved(path)
    let temporary = "\(target).\(getpid()).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Failure(path) }
    var status = stat()
    if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
    let isWritten = writeAll(text, to: descriptor) && fsync(descriptor) == 0
    let reason = String(cString: strerror(errno))
    guard close(descriptor) == 0, isWritten, rename(temporary, target) == 0 else {
      unlink(temporary)
      throw Failure(path, reason: reason)
    }
  }

  /// Adds text to the end of a file that only its owner may read.
  static func append(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(path) }
    defer { close(descriptor) }
    guard writeAll(text, to: descriptor) else { throw Failure(path) }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    let parent = folder(of: path)
    guard errno == ENOENT, parent != path else { throw Failure(path) }
    try makeFolder(parent)
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw Failure(path) }
  }

  /// Whether there is a folder at a path.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The folder a path lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path with links followed, so that replacing a linked file replaces what it points to.
  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno != EINTR { return false }
        if count > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
      }
      return true
    }
  }
}
