import Glibc

/// What was entered before: kept in a file, walked by Up and Down.
///
/// The file is libedit's own format (`_HiStOrY_V2_`, then one entry a line with octal escapes), so an entry of
/// several lines is one line of the file. Entries are appended as they are made, so a crash loses none and two
/// prompts at once do not overwrite each other.
final class History {
  private(set) var entries: [String] = []
  /// Why the history is not kept, when it is not.
  private(set) var problem: String?

  private var path: String?
  private static let header = "_HiStOrY_V2_"
  private static let limit = 10_000

  /// Where Up and Down are: an index into `entries`, and the beginning that entries must share.
  private var walk: (index: Int, prefix: String, shown: String)?

  /// A history at the place the environment says.
  init() {
    path = Self.place()
    guard let path else {
      problem = Environment["TESSERA_HISTORY"] == "" ? nil : "HOME is not set"
      return
    }
    load(path)
  }

  /// `TESSERA_HISTORY`, where empty means none; else the XDG state folder.
  private static func place() -> String? {
    if let path = Environment["TESSERA_HISTORY"] { return path.isEmpty ? nil : path }
    if let state = Environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/tessera/history" }
    guard let home = Environment["HOME"], !home.isEmpty else { return nil }
    return home + "/.local/state/tessera/history"
  }

  private func load(_ path: String) {
    if let text = try? TextFile.read(path) {
      let lines = text.split(separator: "\n").drop { $0 == Self.header }
      entries = lines.suffix(Self.limit).map { Self.decoded($0) }
      if lines.count > Self.limit { rewrite(path) }
      chmod(path, 0o600)
    } else {
      create(path)
    }
  }

  private func create(_ path: String) {
    do {
      try TextFile.makeFolder(TextFile.folder(of: path))
      if access(path, F_OK) != 0 { try TextFile.append(Self.header + "\n", to: path) }
    } catch {
      giveUp(error)
    }
  }

  private func rewrite(_ path: String) {
    let lines = [Self.header] + entries.map(Self.encoded)
    do { try TextFile.replace(path, with: lines.joined(separator: "\n") + "\n", mode: 0o600) } catch {
      giveUp(error)
    }
  }

  private func giveUp(_ error: any Error) {
    path = nil
    problem = "\(error)"
  }

  /// Remembers an entry, unless it starts with a blank or repeats the one before.
  ///
  /// - Returns: whether it was new.
  @discardableResult
  func add(_ entry: String) -> Bool {
    walk = nil
    guard !entry.hasPrefix(" "), entry != entries.last else { return false }
    entries.append(entry)
    if let path {
      do { try TextFile.append(Self.encoded(entry) + "\n", to: path) } catch { giveUp(error) }
    }
    return true
  }

  /// How the latest entry that begins with `text` goes on; nil without one, and for nothing but blanks.
  func continuation(of text: String) -> Substring? {
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    let beginning = text.utf8
    let match = entries.last { $0.utf8.count > beginning.count && $0.utf8.starts(with: beginning) }
    return match.map { Substring($0.utf8.dropFirst(beginning.count)) }
  }

  // MARK: - Walking

  /// The entry before the one shown that starts with what was typed.
  func previous(from line: String) -> String? {
    var walk = current(line)
    guard let index = entries[..<walk.index].lastIndex(where: { fits($0, walk) }) else { return nil }
    (walk.index, walk.shown) = (index, entries[index])
    self.walk = walk
    return walk.shown
  }

  /// The entry after it; what was typed, past the last.
  func next(from line: String) -> String? {
    guard var walk, walk.shown == line else { return nil }
    let index = entries[(walk.index + 1)...].firstIndex { fits($0, walk) }
    (walk.index, walk.shown) = index.map { ($0, entries[$0]) } ?? (entries.count, walk.prefix)
    self.walk = walk
    return walk.shown
  }

  /// A line that was edited since starts a new walk, from the end.
  private func current(_ line: String) -> (index: Int, prefix: String, shown: String) {
    if let walk, walk.shown == line { return walk }
    return (entries.count, line, line)
  }

  private func fits(_ entry: String, _ walk: (index: Int, prefix: String, shown: String)) -> Bool {
    entry.hasPrefix(walk.prefix) && entry != walk.shown
  }

  // MARK: - The file's encoding

  private static func encoded(_ entry: String) -> String {
    entry.utf8.map { byte in
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined()
  }

  private static func decoded(_ line: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = line.utf8[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(3), as: UTF8.self)
      if byte == UInt8(ascii: "\\"), digits.count == 3, let value = UInt8(digits, radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
