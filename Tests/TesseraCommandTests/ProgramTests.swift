import Foundation
import Testing

/// Every way of naming a program, and what each gives.
@Suite struct ProgramTests {
  struct Call: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var input = ""
    var environment: [String: String] = [:]
    var output = ""
    var status: Int32 = 0
    /// Must be part of what goes to standard error.
    var error = ""
    var testDescription: String { arguments.joined(separator: " ") + (input.isEmpty ? "" : " < \(input)") }
  }

  static let calls = [
    Call(arguments: ["-c", "print(1 + 2)"], output: "3\n"),
    Call(arguments: ["-c", "1 + 2"]),
    Call(arguments: ["-c", "print(len(args), args[1])", "a", "--seed"], output: "2 --seed\n"),
    Call(arguments: ["-c", "print(args[0])", "--", "x"], output: "--\n"),
    Call(arguments: [], input: "print(5)\n", output: "5\n"),
    Call(arguments: ["-"], input: "print(6)\n", output: "6\n"),
    Call(arguments: ["-", "a"], input: "print(args[0])\n", output: "a\n"),
    Call(arguments: ["-q", "-c", "print(7)"], output: "7\n"),
    Call(arguments: ["--seed", "3", "-c", "print(8)"], output: "8\n"),
    Call(arguments: ["-c", "print(param(\"n\", 2) + 1)"], output: "3\n"),
    Call(arguments: ["--param", "n=5", "-c", "print(param(\"n\", 2) + 1)"], output: "6\n"),
    Call(arguments: ["--param", "m=5", "-c", "print(1)"], output: "1\n", error: "no parameter `m`"),
    Call(arguments: ["-c", "x = ("], status: 1, error: "-c:1:"),
    Call(arguments: ["-c", "print(1)\nprint(nope)"], output: "1\n", status: 1, error: "-c:2:7"),
    Call(arguments: ["-c", "assert 1 == 2"], status: 1, error: "assertion"),
    Call(arguments: ["missing.tes"], status: 2, error: "missing.tes: No such file"),
    Call(arguments: ["./"], status: 2, error: "is a folder"),
    Call(arguments: ["tset"], status: 2, error: "did you mean `tessera test`?"),
    Call(arguments: ["--bogus"], status: 2, error: "--bogus"),
    Call(arguments: ["--seed", "x", "-c", "1"], status: 2, error: "x"),
    Call(arguments: ["--memory", "lots", "-c", "1"], status: 2, error: "--memory lots is not a size"),
    Call(arguments: ["--threads", "0", "-c", "1"], status: 2, error: "at least 1"),
    Call(arguments: ["--param", "x", "-c", "1"], status: 2, error: "--param name=value"),
    Call(arguments: ["-c", "1"], environment: ["TESSERA_SEED": "x"], status: 2, error: "TESSERA_SEED=x"),
    Call(arguments: ["test"], status: 2, error: "tessera test lessons"),
    Call(arguments: ["learn", "a.md"], status: 2, error: "learn needs a terminal"),
  ]

  @Test(arguments: calls)
  func `a call gives its output, its status and its reason`(call: Call) throws {
    let result = try Command.run(call.arguments, input: call.input, environment: call.environment)
    #expect(result.output == call.output)
    #expect(result.status == call.status)
    if call.error.isEmpty {
      #expect(result.errors == "")
    } else {
      #expect(result.errors.contains(call.error))
    }
  }

  /// A value of each kind that the help names.
  private static let samples = [
    "cpu|vulkan|vulkan:N|dry": "cpu", "SIZE": "1GiB", "N": "100", "NAME=VALUE": "k=1", "WHEN": "never",
    "S": "60",
    "DIR": ".", "FILE": "trace.json",
  ]

  @Test func `every option of the help takes its value as the next word, before a program of any form`()
    throws
  {
    let help = try Command.run(["--experimental-dump-help"]).output
    let root = try #require(JSONSerialization.jsonObject(with: Data(help.utf8)) as? [String: Any])
    let command = try #require(root["command"] as? [String: Any])
    let options = try #require(command["arguments"] as? [[String: Any]]).filter {
      $0["kind"] as? String == "option"
    }
    let named = try options.flatMap { option in
      let value = try #require(option["valueName"] as? String)
      return try #require(option["names"] as? [[String: String]]).compactMap {
        $0["name"].map { ($0, value) }
      }
    }
    #expect(named.count > 8)
    // `-c` is how the others are tried.
    for (name, kind) in named where name != "c" {
      let words = ["--" + name, try #require(Self.samples[kind], "\(name)")]
      let code = try Command.run(words + ["-c", "print(param(\"k\", 1), args)", "a"])
      #expect(code.output == "1 ['a']\n" && code.status == 0, "\(words): \(code.errors)")
      let input = try Command.run(words + ["-", "a"], input: "print(param(\"k\", 1), args)\n")
      #expect(input.output == "1 ['a']\n" && input.status == 0, "\(words): \(input.errors)")
    }
  }

  @Test(arguments: ["export", "kernel"])
  func `a subcommand of the design that is not built says so`(name: String) throws {
    let result = try Command.run([name, "--anything"])
    #expect(result.status == 2)
    #expect(result.errors == "tessera: `\(name)` is not built yet; tessera --help lists what is\n")
  }

  @Test(arguments: ["-h", "--help", "-V", "--version"])
  func `help and version go to standard output and succeed`(option: String) throws {
    let result = try Command.run([option])
    #expect(result.status == 0)
    #expect(result.output.contains("tessera"))
    #expect(result.errors == "")
  }

  @Test func `help names every exit status`() throws {
    let help = try Command.run(["--help"]).output
    for status in [
      "0 ok", "1 script error", "2 usage", "3 internal", "5 no lesson", "124 timeout", "130 interrupted",
    ] {
      #expect(help.contains(status))
    }
  }

  @Test func `a script runs with a shebang, its arguments and its imports`() throws {
    let scratch = try Scratch()
    try scratch.file("lib/half.tes", "def half(x) { return x / 2 }\n")
    try scratch.file(
      "lib/main.tes", "#!/usr/bin/env tessera\nimport half from \"half.tes\"\nprint(half(3), args[0])\n")
    let result = try Command.run(["lib/main.tes", "--device"], in: scratch)
    #expect(result.errors == "")
    #expect(result.output == "1.5 --device\n")
  }

  @Test(
    arguments: [
      ([:], false), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false), (["FORCE_COLOR": "1"], true),
    ] as [([String: String], Bool)])
  func `no escape sequence goes into a pipe unless it is forced`(
    environment: [String: String], isColored: Bool
  ) throws {
    let result = try Command.run(["-c", "print(1); nope"], environment: environment)
    #expect(result.errors.contains("\u{1B}") == isColored)
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func `a file that is not text is refused`() throws {
    let scratch = try Scratch()
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: scratch.path + "/a.tes"))
    let result = try Command.run(["a.tes"], in: scratch)
    #expect(result.status == 2)
    #expect(result.errors == "tessera: cannot read a.tes: is not UTF-8 text\n")
  }

  @Test func `no history is written by a script`() throws {
    let scratch = try Scratch()
    _ = try Command.run(["-c", "print(1)"], environment: ["HOME": scratch.path])
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/.local/state/tessera/history"))
  }
}
