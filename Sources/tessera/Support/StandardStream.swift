import Glibc

/// Standard output or error, written at once: what a program printed is never lost to a crash after it.
enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  var isTerminal: Bool { isatty(rawValue) == 1 }
  static var isInputTerminal: Bool { isatty(0) == 1 }

  /// Writes all of it; a reader that went away ends the process by SIGPIPE, quietly.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(rawValue, rest.baseAddress, rest.count)
        if count < 0 && errno != EINTR && errno != EAGAIN { return }
        if count > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
      }
    }
  }
}
