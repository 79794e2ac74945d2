import Glibc

/// The few operations on folders that reading and writing cases needs.
enum Folder {
  /// The names in `path`, sorted, without hidden ones.
  static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      throw DataError.cannotRead(path: path, reason: lastSystemError())
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes `path` and the folders above it where they do not exist.
  static func create(_ path: String) throws {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    guard errno == ENOENT, let slash = path.dropLast().lastIndex(of: "/"), slash > path.startIndex else {
      throw DataError.cannotWrite(path: path, reason: lastSystemError())
    }
    try create(String(path[..<slash]))
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw DataError.cannotWrite(path: path, reason: lastSystemError())
    }
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
