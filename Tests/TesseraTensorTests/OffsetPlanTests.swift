import Testing

@testable import TesseraTensor

@Suite struct OffsetPlanTests {
  /// Buffers of a made-up program: sizes and lives by a small generator, the same on every run.
  private func buffers(seed: UInt64, count: Int) -> [OffsetPlan.Buffer] {
    var state = seed
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    return (0..<count).map { index in
      OffsetPlan.Buffer(bytes: 64 * (1 + next(200)), life: index...(index + next(12)))
    }
  }

  /// The most that is live at any step: no plan can do with less.
  private func bound(_ buffers: [OffsetPlan.Buffer]) -> Int {
    let end = buffers.map(\.life.upperBound).max() ?? 0
    return (0...end).map { step in buffers.filter { $0.life.contains(step) }.map(\.bytes).reduce(0, +) }.max()
      ?? 0
  }

  @Test(arguments: 1...20)
  func `buffers that live together never overlap, and the block is hardly larger than what is live`(seed: Int)
  {
    let buffers = buffers(seed: UInt64(seed), count: 120)
    let plan = OffsetPlan(buffers)
    for (a, first) in buffers.enumerated() {
      #expect(plan.offsets[a] % 64 == 0 && plan.offsets[a] + first.bytes <= plan.byteCount)
      for (b, second) in buffers.enumerated() where a < b && first.life.overlaps(second.life) {
        let apart =
          plan.offsets[a] + first.bytes <= plan.offsets[b]
          || plan.offsets[b] + second.bytes <= plan.offsets[a]
        #expect(apart, "buffers \(a) and \(b) overlap")
      }
    }
    #expect(plan.byteCount >= bound(buffers) && plan.byteCount <= bound(buffers) * 3 / 2)
  }

  @Test func `nothing needs nothing`() { #expect(OffsetPlan([]).byteCount == 0) }
}
