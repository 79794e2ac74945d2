import Foundation
import Testing

/// `tessera memory`, `devices`, `check` and `--trace`.
@Suite struct ToolCommandTests {
  @Test func `memory answers the failed configuration for a card, dry`() throws {
    let result = try Command.run(["memory", "--model", "swin_unetr", "--size", "128", "--card", "RTX 4070"])
    #expect(result.status == 0, "\(result.errors)")
    let rows = result.output.split(separator: "\n").map(String.init)
    #expect(rows.contains { $0.hasPrefix("off") && $0.contains("8.83 GiB") && $0.contains("fragmentation") })
    #expect(rows.contains { $0.hasPrefix("swin") && $0.contains("5.02 GiB") && $0.hasSuffix("fits") })
    #expect(result.output.contains("RTX 4070 (11.1 GiB for tensors): checkpoint \"swin\" fits"))
  }

  @Test func `memory with one policy gives its whole report`() throws {
    let result = try Command.run([
      "memory", "--size", "64", "--dims", "2", "--features", "12", "--policy", "swin", "--budget", "1MiB",
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("no policy fits"))
    #expect(result.output.contains("memory \"swin\": cpu, dry, unfused"))
    #expect(!result.output.contains("\noff "))
  }

  @Test func `memory as JSON parses, one answer a policy`() throws {
    let result = try Command.run(["memory", "--size", "64", "--dims", "2", "--features", "12", "--json"])
    let answers = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(answers.map { $0["policy"] as? String } == ["off", "swin", "masks", "chunks", "all"])
  }

  @Test(arguments: [
    (["memory", "--features", "16"], "divisible by 12"), (["memory", "--size", "0"], "--size must be"),
    (["memory", "--size", "100"], "divisible by 2**5"), (["memory", "--budget", "much"], "is not a size"),
    (["memory", "--card", "RTX 4071"], "did you mean"), (["memory", "--policy", "none"], "none"),
  ])
  func `memory refuses what cannot be, and says why`(arguments: [String], reason: String) throws {
    let result = try Command.run(arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains(reason), "\(result.errors)")
  }

  @Test func `memory with a limit lists the cheapest plan that fits`() throws {
    let result = try Command.run(["memory", "--size", "64", "--fused", "--budget", "420MiB"])
    #expect(result.status == 0 && result.output.contains("plan: peak 4"), "\(result.output)")
    #expect(result.output.contains("  all of it"), "\(result.output)")
  }

  @Test func `bench step says where the time of a step goes`() throws {
    let result = try Command.run([
      "bench", "step", "--size", "64", "--dims", "2", "--features", "12", "--rounds", "1", "--policy", "swin",
    ])
    #expect(result.status == 0 && result.output.contains("a step"), "\(result.output)\(result.errors)")
    #expect(result.output.contains("window_attention_backward") && result.output.contains("between kernels"))
  }

  @Test func `bench step of several sizes shows how the peak grows`() throws {
    let result = try Command.run([
      "bench", "step", "--size", "64,128", "--dims", "2", "--features", "12", "--dry",
    ])
    #expect(result.status == 0 && result.output.contains("peak grows as voxels^"), "\(result.output)")
  }

  @Test func `bench step draws how time and peak grow`() throws {
    let folder = try Scratch()
    let drawn = try Command.run([
      "bench", "step", "--size", "64,96", "--dims", "2", "--features", "12", "--rounds", "1", "--picture",
      folder.path + "/growth.svg",
    ])
    #expect(drawn.status == 0, "\(drawn.errors)")
    let picture = try folder.read("growth.svg")
    #expect(picture.contains("time as voxels^") && picture.contains("peak as voxels^"))
    #expect(picture.components(separatedBy: "<circle").count == 5, "two sizes in each of two panels")
  }

  @Test func `two hundred steps end with the memory of the tenth`() throws {
    let result = try Command.run([
      "bench", "step", "--size", "64", "--dims", "2", "--features", "12", "--rounds", "200", "--json",
    ])
    let answers = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    let residents = try #require(answers[0]["residentByRound"] as? [Int])
    try #require(residents.count == 200)
    // The C library's heap may grow by a few pages where threads meet in another order.
    #expect(residents[199] - residents[9] <= 4 << 20, "\(residents[9]) B, then \(residents[199]) B")
  }

  @Test(arguments: [
    (["bench", "step", "--size", "no"], "--size no"),
    (["bench", "step", "--size", "64", "--picture", "x.svg"], "--picture needs several sizes"),
    (["bench", "step", "--budget", "much"], "is not a size"),
    (["bench", "step", "--size", "50"], "divisible"), (["bench", "ops", "nothing"], "no op's name"),
    (["bench", "script", "missing.tes"], "missing.tes"),
    (["bench", "step", "--dims", "2", "--size", "64", "--budget", "1KiB"], "does not stay within"),
  ])
  func `bench refuses what cannot be, and says why`(arguments: [String], reason: String) throws {
    let result = try Command.run(arguments)
    #expect(result.status != 0 && result.errors.contains(reason), "\(result.errors)")
  }

  @Test func `devices lists the processor with its memory, and dry`() throws {
    let result = try Command.run(["devices"])
    #expect(result.status == 0)
    let rows = result.output.split(separator: "\n")
    #expect(rows.contains { $0.hasPrefix("cpu") && $0.contains("GiB") && $0.contains("threads") })
    #expect(rows.contains { $0.hasPrefix("dry") })
  }

  static let page = """
    # A page

    Read [the next](02-next.md), [a site](https://example.org) and `Sources/here.swift`.

    ```tessera
    #| role: exercise
    y = ____
    ```

    ```tessera
    #| role: hint
    # What is it?
    ```

    ```tessera
    #| role: solution
    y = 4
    ```

    ```tessera
    #| role: check
    print(y)
    ```

    ```output
    4
    ```

    """

  private func check(_ text: String, _ more: [String] = []) throws -> Command.Result {
    let scratch = try Scratch()
    try scratch.file("lessons/1-a/01-page.md", text)
    try scratch.file("lessons/1-a/02-next.md", "# Next\n\n```tessera\n1\n```\n")
    try scratch.file("Sources/here.swift", "")
    try scratch.file("lessons/README.md", "[a](1-a/01-page.md) [b](1-a/02-next.md)\n")
    return try Command.run(["check"] + more + ["lessons"], in: scratch)
  }

  @Test func `check finds nothing on a good page`() throws {
    let result = try check(Self.page, ["--run"])
    #expect(result.output == "2 lessons, no problem\n")
    #expect(result.status == 0)
  }

  @Test(arguments: [
    ("(02-next.md)", "(03-next.md)", "the link 03-next.md leads nowhere"),
    ("`Sources/here.swift`", "`Sources/there.swift`", "there is no Sources/there.swift"),
    ("#| role: hint", "#| role: hidden", "this exercise has no hint"),
    ("#| role: solution", "#| role: hidden", "this exercise has no solution"),
    ("#| role: check", "#| role: hidden", "this exercise has no check"),
    ("y = ____", "y = 3", "leaves nothing to fill in"), ("# A page", "A page", "there is no title"),
    ("Read", String(repeating: "line\n", count: 200) + "Read", "at most 200"),
  ])
  func `check names what is wrong`(good: String, bad: String, problem: String) throws {
    let result = try check(Self.page.replacingOccurrences(of: good, with: bad))
    #expect(result.output.contains(problem), "\(result.output)")
    #expect(result.status == 1)
  }

  @Test func `check runs lessons where it is asked to, and finds stale fences`() throws {
    let stale = Self.page.replacingOccurrences(of: "\n4\n", with: "\n5\n")
    #expect(try check(stale).status == 0)
    #expect(try check(stale, ["--run"]).output.contains("the output is not what this fence says"))
  }

  @Test func `a trace holds the program and each of its memory blocks`() throws {
    let scratch = try Scratch()
    let code = "with memory(\"block\") as m { x = zeros(1024) }"
    let result = try Command.run(["--trace", "out.json", "-c", code], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let text = try scratch.read("out.json")
    let trace = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    let names = events.filter { $0["name"] as? String == "process_name" }
      .compactMap { ($0["args"] as? [String: String])?["name"] }
    #expect(names == ["program", "block"])
    #expect(events.contains { ($0["args"] as? [String: Int])?["bytes"] == 4096 })
  }

  @Test func `a trace that cannot be written is an error`() throws {
    let result = try Command.run(["--trace", "/nowhere/out.json", "-c", "1"])
    #expect(result.status == 2)
    #expect(result.errors.contains("cannot write"))
  }
}
