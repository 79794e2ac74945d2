import Testing

@testable import TesseraTensor

@Suite struct MemoryCardTests {
  private func gib(_ value: Double) -> Int { Int(value * 0x1p30) }

  @Test func `the source's card has 11.07 GiB to use`() throws {
    let card = try #require(Card.named("RTX 4070"))
    #expect(card.evidence == .measured)
    #expect(ByteCount.fixed(Double(card.visibleBytes) / 0x1p30, digits: 2) == "11.71")
    #expect(ByteCount.fixed(Double(card.usableBytes) / 0x1p30, digits: 2) == "11.07")
  }

  @Test(arguments: Card.all) func `every card is found by its name, in any spelling of it`(card: Card) {
    #expect(Card.named(card.name) == card)
    #expect(Card.named(card.name.lowercased()) == card)
    #expect(Card.named(card.name.split(separator: " ").joined()) == card)
    #expect(card.usableBytes < card.visibleBytes && card.visibleBytes < card.nominalBytes)
    #expect(abs(Double(card.usableBytes) / Double(card.nominalBytes) - 11.07 / 12) < 1e-6)
  }

  @Test func `names are unique, and unknown ones are not guessed`() {
    #expect(Set(Card.names).count == Card.names.count)
    #expect(Card.named("RTX 4071") == nil)
    #expect(Card.named("8 GiB")?.name == "8 GB")
    #expect(Card.named("12")?.name == "12 GB")
  }

  @Test func `verdicts tell live bytes from what is reserved`() throws {
    let story = try #require(Card.named("RTX 4070"))
    // PyTorch's measured totals of a step at 128³, F 24: 9450.2 and 5278.6 MB.
    #expect(
      story.verdict(livePeak: 9_450_200_000).text == "fits by live bytes, fragmentation margin 2.27 GiB")
    #expect(story.verdict(livePeak: gib(8.8), reservedPeak: gib(10)).text == "fits")
    #expect(
      story.verdict(livePeak: gib(8.8), reservedPeak: gib(12))
        == .fitsByLiveBytes(margin: story.usableBytes - gib(8.8)))
    let small = try #require(Card.named("8 GB"))
    #expect(small.verdict(livePeak: 9_450_200_000).text == "does not fit")
    #expect(
      small.verdict(livePeak: 5_278_600_000).text == "fits by live bytes, fragmentation margin 2.46 GiB")
    #expect(small.verdict(livePeak: small.usableBytes, reservedPeak: small.usableBytes) == .fits(margin: 0))
    #expect(small.verdict(livePeak: small.usableBytes + 1) == .doesNotFit(missing: 1))
  }
}

@Suite struct MemoryOfTheProcessTests {
  @Test func `the process knows what it holds and what it may hold`() throws {
    guard let current = ResidentMemory.current else { return }
    #expect(current > 1 << 20)
    #expect(try #require(ResidentMemory.peak) > 1 << 20)
    let budget = try #require(DefaultBudget.current)
    #expect(budget.bytes > 1 << 20)
    ResidentMemory.resetPeak()
  }

  @Test(
    arguments: [
      // Version 2: the tightest of the group and its ancestors counts.
      (
        "0::/job/step\n",
        ["/sys/fs/cgroup/job/step/memory.max": "max\n", "/sys/fs/cgroup/job/memory.max": "700\n"], 700
      ),
      ("0::/../../x\n", ["/sys/fs/cgroup/memory.max": "900\n"], 900),
      // Version 1, in a container that sees only its own group.
      ("3:cpu,memory:/docker/abc\n", ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "800\n"], 800),
      ("3:memory:/\n", ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"], nil),
      ("1:cpu:/\n", ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "800\n"], nil),
      ("", [:], nil), ("nonsense", [:], nil),
    ] as [(String, [String: String], Int?)])
  func `a control group's limit is read in both versions`(
    membership: String, files: [String: String], limit: Int?
  ) {
    #expect(ControlGroup.limit(membership: membership) { files[$0] } == limit)
  }

  @Test func `the default budget is the smaller limit less a tenth`() {
    #expect(DefaultBudget(controlGroup: 1000, available: 2000)?.bytes == 900)
    #expect(DefaultBudget(controlGroup: 3000, available: 2000)?.source == .availableMemory)
    #expect(DefaultBudget(controlGroup: nil, available: 2000)?.bytes == 1800)
    #expect(DefaultBudget(controlGroup: nil, available: nil) == nil)
  }
}
