import Foundation
import Glibc

/// Python where this machine has it: another opinion on every program that means the same there.
enum Python {
  enum Task {
    case program(String)
    case expression(String)
  }

  static let isHere = run("python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null")

  /// What Python writes for each task; nil for one that is no Python.
  static func answers(to tasks: [Task]) throws -> [String?] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tessera-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (input, output) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
    let entries = tasks.map { task in
      switch task {
      case .program(let text): ["program": text]
      case .expression(let text): ["expression": text]
      }
    }
    try JSONEncoder().encode(entries).write(to: input)
    guard run("timeout 60 python3 '\(script)' <'\(input.path)' >'\(output.path)'") else {
      throw CocoaError(.fileReadUnknown)
    }
    return try JSONDecoder().decode([String?].self, from: Data(contentsOf: output))
  }

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Scripts/differential.py").standardizedFileURL.path

  private static func run(_ command: String) -> Bool {
    guard let pipe = popen(command, "r") else { return false }
    return pclose(pipe) == 0
  }
}
