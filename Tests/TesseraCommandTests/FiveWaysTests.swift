import Foundation
import Testing

/// The language's own tests, through the command: what the session cannot show is how a program gets into it.
@Suite struct FiveWaysTests {
  /// Every twentieth, from a file each.
  static let programs: [(name: String, text: String)] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../TesseraScriptTests/Scripts").standardizedFileURL
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let scripts = files.filter { $0.hasSuffix(".tes") }.sorted()
    return stride(from: 0, to: scripts.count, by: 20).compactMap { place in
      let text = try? String(contentsOf: folder.appendingPathComponent(scripts[place]), encoding: .utf8)
      return text.map { (scripts[place], $0) }
    }
  }()

  /// Programs that a shell, a pipe or an argument parser might take for something else.
  static let odd = [
    "-\"a\"", "--help", "", "\n", "# only a comment", "print(1)\r\nprint(2)\r\n", "print(\"\u{1F600} é\")",
    "\u{FEFF}print(1)", "print(\"no line end\", end=\"\")", "exit(3)", "print(args)",
  ]

  @Test(arguments: programs.map(\.text) + odd)
  func `a program prints and fails the same as file, as code and from standard input`(program: String) throws
  {
    let scratch = try Scratch()
    try scratch.file("a.tes", program)
    let file = try Command.run(["a.tes"], in: scratch)
    let code = try Command.run(["-c", program])
    let input = try Command.run([], input: program)
    for (other, name) in [(code, "-c"), (input, "stdin")] {
      #expect(other.status == file.status)
      #expect(other.output == file.output)
      #expect(other.errors.replacing(" \(name):", with: " a.tes:") == file.errors)
    }
  }
}
