import Foundation
import Glibc

/// The command on a terminal of its own, driven by keys.
final class Terminal {
  /// Everything that appeared so far, without escape sequences.
  private(set) var transcript = ""
  /// Everything that appeared so far.
  var raw: String { String(decoding: bytes, as: UTF8.self) }

  private var bytes: [UInt8] = []
  /// The folder goes away with its last owner.
  private let home: Scratch

  private let descriptor: Int32
  private var child = pid_t()
  /// Up to where `transcript` was searched.
  private var seen: String.Index
  private var status: Int32?

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts the command; the terminal answers to `TERM=xterm`, without colour so that tests read plainly.
  init(
    _ arguments: [String] = [], home: Scratch, environment: [String: String] = ["NO_COLOR": "1"],
    columns: UInt16 = 100
  ) throws {
    self.home = home
    // By the device's own requests: the C library's wrappers are not visible to Swift.
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var isLocked: Int32 = 0
    var number: Int32 = -1
    guard descriptor >= 0, ioctl(descriptor, Self.setLock, &isLocked) == 0,
      ioctl(descriptor, Self.getNumber, &number) == 0
    else { throw Failure(description: "no terminal: \(String(cString: strerror(errno)))") }
    seen = transcript.startIndex
    resize(columns: columns)
    let variables = Command.base(home: home.path).merging(environment) { $1 }
    // Opening a terminal as the leader of a new session makes it the controlling one.
    let terminal = ("/dev/pts/\(number)", O_RDWR)
    child = try Spawn.start(
      [Command.path] + arguments, in: home.path, environment: variables,
      files: [terminal, terminal, terminal], flags: Spawn.newSession)
  }

  deinit {
    if status == nil {
      kill(child, SIGKILL)
      _ = wait(timeout: 5)
    }
    close(descriptor)
  }

  // TIOCSPTLCK and TIOCGPTN of Linux.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  /// Gives the terminal another width; the command is told by a signal.
  func resize(columns: UInt16) {
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }

  /// Types keys as a slow link brings them: byte by byte, with a pause after each.
  func dribble(_ keys: String, milliseconds: UInt32 = 4) {
    for byte in keys.utf8 {
      var byte = byte
      _ = write(descriptor, &byte, 1)
      usleep(milliseconds * 1000)
    }
  }

  /// Types keys.
  func send(_ keys: String) {
    var rest = Array(keys.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits until a text appears after what was waited for before.
  ///
  /// The limit is for a stuck machine, not a claim.
  @discardableResult
  func expect(_ text: String, within seconds: Int = 20) throws -> String {
    let deadline = Date().addingTimeInterval(Double(seconds))
    while true {
      if let range = transcript.range(of: text, range: seen..<transcript.endIndex) {
        let before = String(transcript[seen..<range.lowerBound])
        seen = range.upperBound
        return before
      }
      guard Date() < deadline, readSome(milliseconds: 200) else {
        throw Failure(
          description: "waited for \(text.debugDescription), saw \(transcript[seen...].debugDescription)")
      }
    }
  }

  /// The exit status, once the command has ended.
  func wait(timeout seconds: Int = 30) -> Int32? {
    let deadline = Date().addingTimeInterval(Double(seconds))
    while status == nil, Date() < deadline {
      _ = readSome(milliseconds: 50)
      var raw: Int32 = 0
      if waitpid(child, &raw, WNOHANG) == child {
        status = Spawn.status(of: raw)
      }
    }
    return status
  }

  /// Ends the command without warning.
  func killNow() {
    kill(child, SIGKILL)
    _ = wait()
  }

  /// Reads what is there; false when the other side is gone.
  private func readSome(milliseconds: Int32) -> Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, milliseconds) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &chunk, chunk.count)
    guard count > 0 else { return false }
    let offset = transcript.utf8.distance(from: transcript.startIndex, to: seen)
    bytes += chunk[..<count]
    transcript = Self.plain(bytes)
    seen = transcript.utf8.index(transcript.startIndex, offsetBy: min(offset, transcript.utf8.count))
    return true
  }

  /// The text without escape sequences, up to the last whole character or sequence.
  private static func plain(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      guard byte == 0x1B else {
        result.append(byte)
        continue
      }
      // `ESC 7` and `ESC 8` keep and restore the cursor; else `ESC [`, parameters, and a final letter.
      guard let kind = rest.popFirst() else { break }
      if kind != UInt8(ascii: "[") { continue }
      guard let end = rest.firstIndex(where: { 0x40...0x7E ~= $0 }) else { break }
      rest = rest[(end + 1)...]
    }
    for count in 0...3 where count <= result.count {
      if let text = String(validating: result.dropLast(count), as: UTF8.self) { return text }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
