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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = base(home: scratch.path).merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: (folder ?? scratch).path)
    // Files rather than pipes: nobody has to read while the process runs.
    process.standardInput = try FileHandle(forReadingFrom: try scratch.file(".in", input))
    process.standardOutput = try FileHandle(forWritingTo: try scratch.file(".out", ""))
    process.standardError = try FileHandle(forWritingTo: try scratch.file(".err", ""))
    try process.run()
    process.waitUntilExit()
    let ended =
      process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Result(status: ended, output: try scratch.read(".out"), errors: try scratch.read(".err"))
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
