import Foundation
import Glibc

/// The built command, run the way a user runs it.
enum Command {
  /// The `tessera` beside this test bundle.
  static var path: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("tessera").path
  }

  /// What a run gave.
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs to the end with the given arguments, standard input and extra environment.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:], in folder: Scratch? = nil
  ) throws -> Result {
    let scratch = try Scratch()
    // Files rather than pipes: nobody has to read while the program runs.
    let files = [
      (try scratch.file(".in", input).path, O_RDONLY), (try scratch.file(".out", "").path, O_WRONLY),
      (try scratch.file(".err", "").path, O_WRONLY),
    ]
    let child = try Spawn.start(
      [path] + arguments, in: (folder ?? scratch).path,
      environment: base(home: scratch.path).merging(environment) { $1 }, files: files)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return Result(
      status: Spawn.status(of: status), output: try scratch.read(".out"), errors: try scratch.read(".err"))
  }

  /// An environment in which nothing of the machine shows.
  static func base(home: String) -> [String: String] {
    [
      "HOME": home, "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C.UTF-8",
    ]
  }
}

/// A folder that goes away with its owner.
final class Scratch {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tessera-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func file(_ name: String, _ text: String) throws -> URL {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url
  }

  func read(_ name: String) throws -> String {
    String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: path).appendingPathComponent(name)), as: UTF8.self)
  }

  func permissions(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
  }
}
