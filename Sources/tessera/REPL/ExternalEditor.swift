import Glibc

/// Hands a text to the reader's own editor.
enum ExternalEditor {
  /// The text as it was saved; nil, with a message, when the editor failed.
  static func edit(_ text: String, _ console: Console) -> String? {
    let editor = Environment["VISUAL"] ?? Environment["EDITOR"] ?? "vi"
    var template = Array("\(Environment["TMPDIR"] ?? "/tmp")/tessera-XXXXXX.tes".utf8CString)
    let descriptor = mkstemps(&template, 4)
    guard descriptor >= 0 else {
      console.note("error: cannot make a temporary file: \(String(cString: strerror(errno)))\n")
      return nil
    }
    close(descriptor)
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? ""
    defer { unlink(path) }
    do {
      try TextFile.replace(path, with: text.withFinalNewline, mode: 0o600)
      // Through a shell, as EDITOR may hold options; the path is an argument of its own and needs no quoting.
      let ending = try ChildProcess.run("/bin/sh", ["-c", "\(editor) \"$1\"", "sh", path])
      guard ending.status == 0 else {
        console.note("error: the editor `\(editor)` failed; set EDITOR to one that works\n")
        return nil
      }
      return String(try TextFile.read(path).reversed().drop { $0.isWhitespace }.reversed())
    } catch {
      console.note("error: \(error)\n")
      return nil
    }
  }
}
