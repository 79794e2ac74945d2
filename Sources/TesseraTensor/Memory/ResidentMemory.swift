import Foundation

/// The process as the system sees it: the truth beside the ledger, with everything that is no tensor in it.
public enum ResidentMemory {
  /// Bytes of the process that are in memory now; nil where the system does not say.
  public static var current: Int? { status["VmRSS"] }

  /// The largest that has been, since the start or the last ``resetPeak()``.
  public static var peak: Int? { status["VmHWM"] }

  /// Starts the peak over.
  ///
  /// - Returns: whether the system allows that; where it does not, ``peak`` is that of the whole process.
  @discardableResult
  public static func resetPeak() -> Bool {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return false }
    defer { try? file.close() }
    // 5 is the kernel's word for "the peak only".
    return (try? file.write(contentsOf: Data("5".utf8))) != nil
  }

  private static var status: [String: Int] { SystemFile.kibibytes(SystemFile.read("/proc/self/status")) }
}

/// The budget a program has unless it asks for another one.
public struct DefaultBudget: Sendable, Equatable {
  /// What limits it.
  public enum Source: String, Sendable {
    /// The control group that a container or a job runs in.
    case controlGroup = "cgroup limit"
    /// What the system could still hand out.
    case availableMemory = "available memory"
  }

  /// The limit, after a tenth was left to the system.
  public let bytes: Int
  /// What limits it.
  public let source: Source

  /// The smaller of the two, less a tenth; nil where neither is known.
  public init?(controlGroup: Int?, available: Int?) {
    let candidates = [(controlGroup, Source.controlGroup), (available, .availableMemory)]
    let known = candidates.compactMap { bytes, source in bytes.map { ($0, source) } }
    guard let smallest = known.min(by: { $0.0 < $1.0 }) else { return nil }
    bytes = smallest.0 - smallest.0 / 10
    source = smallest.1
  }

  /// This machine's, now.
  public static var current: DefaultBudget? {
    DefaultBudget(controlGroup: ControlGroup.memoryLimit, available: availableMemory)
  }

  /// What the system could hand out without swapping.
  public static var availableMemory: Int? {
    SystemFile.kibibytes(SystemFile.read("/proc/meminfo"))["MemAvailable"]
  }
}

/// Limits of the control group, in either of the kernel's two versions.
enum ControlGroup {
  /// The tightest limit on the path from the process's group to the root; nil where there is none.
  static var memoryLimit: Int? {
    limit(membership: SystemFile.read("/proc/self/cgroup") ?? "", read: SystemFile.read)
  }

  /// The rule by itself: `membership` is the text of `/proc/self/cgroup`.
  static func limit(membership: String, read: (String) -> String?) -> Int? {
    let files = membership.split(separator: "\n").flatMap { line -> [String] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      if fields[0] == "0" { return ancestors(fields[2]).map { "/sys/fs/cgroup\($0)/memory.max" } }
      guard fields[1].split(separator: ",").contains("memory") else { return [] }
      return ancestors(fields[2]).map { "/sys/fs/cgroup/memory\($0)/memory.limit_in_bytes" }
    }
    // Version 1 writes "no limit" as a number near 2^63; version 2 writes "max", which is no number.
    return files.compactMap { read($0).flatMap(SystemFile.number) }.filter { $0 < 1 << 60 }.min()
  }

  /// `/a/b`, `/a` and the root, which in a container is the container's own group.
  private static func ancestors(_ path: Substring) -> [String] {
    let parts = path.split(separator: "/").filter { $0 != ".." }
    return (0...parts.count).reversed().map { parts.prefix($0).map { "/\($0)" }.joined() }
  }
}

/// Small text files of the kernel.
enum SystemFile {
  static func read(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  static func number(_ text: String) -> Int? { Int(text.prefix { !$0.isNewline }) }

  /// Lines such as `VmRSS:   1234 kB`, in bytes.
  static func kibibytes(_ text: String?) -> [String: Int] {
    var values: [String: Int] = [:]
    for line in (text ?? "").split(separator: "\n") {
      let fields = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      guard fields.count == 3, fields[2] == "kB", let value = Int(fields[1]) else { continue }
      values[String(fields[0])] = value * 1024
    }
    return values
  }
}
