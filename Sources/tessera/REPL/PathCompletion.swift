import Glibc

/// The files that begin with a text.
enum PathCompletion {
  static func paths(_ prefix: String) -> [String] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let name = slash.map { prefix[prefix.index(after: $0)...] } ?? prefix[...]
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let isHidden = file.hasPrefix(".") && !name.hasPrefix(".")
      if file.hasPrefix(name), file != ".", file != "..", !isHidden { found.append(marked(folder + file)) }
    }
    return found
  }

  /// A folder with its slash, so that completion goes on inside it.
  private static func marked(_ path: String) -> String {
    TextFile.isFolder(path) ? path + "/" : path
  }
}
