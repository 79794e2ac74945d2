import Testing

@testable import TesseraNotebook

@Suite struct MemoryCuresTests {
  private static let program = """
    net = SwinUNETR(in_channels=4, out_channels=3, feature_size=12)
    x = rand(1, 4, 96, 96, 96)
    budget("500 MiB")
    with dry_run { with fusion("off") { net(x).sum().backward() } }
    """

  @Test("an out-of-memory lists cures by what they save, the largest first")
  func ranked() throws {
    let session = ScriptSession()
    let help = try #require(session.failure(Self.program)?.help)
    let cures = help.split(separator: "\n").filter { $0.hasPrefix("  −") }
    #expect(cures.count >= 4)
    let sizes = cures.compactMap { line -> Double? in
      let words = line.split(separator: " ")
      guard let number = Double(words[0].dropFirst()) else { return nil }
      return number * (words[1] == "GiB" ? 1024 : 1)
    }
    #expect(sizes.count == cures.count)
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test("a cure that says the step fits makes it fit", arguments: ["both: ", "a crop of 64 × 64 × 64"])
  func honest(cure: String) throws {
    let session = ScriptSession()
    let help = try #require(session.failure(Self.program)?.help)
    let line = try #require(help.split(separator: "\n").first { $0.contains(cure) })
    let cured =
      cure == "both: "
      ? Self.program.replacing("with fusion(\"off\") ", with: "net.checkpoint = \"swin\"; if True ")
      : Self.program.replacing("96, 96, 96", with: "64, 64, 64")
    #expect(line.contains("(the step fits)") == (session.failure(cured) == nil))
  }

  @Test("asking for cures leaves policy, gradients and ledger as they were")
  func traceless() throws {
    let session = ScriptSession()
    _ = try session.run("net = SwinUNETR(in_channels=1, out_channels=1, feature_size=12)")
    _ = try session.run("net.checkpoint = [\"encoder1\"]\nx = rand(1, 1, 64, 64, 64)\nbudget(\"80 MiB\")")
    let before = session.liveBytes
    #expect(session.failure("net(x)")?.code == "E0811")
    #expect(session.liveBytes == before)
    #expect(try session.value("net.checkpoint[0] == 'encoder1'") == "True")
  }
}
