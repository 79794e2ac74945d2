import Testing

@testable import TesseraTensor

/// The same rules in the plainest form: lists of lists, searched from end to end.
private struct PlainAllocator {
  struct Block {
    var size: Int
    var owner: Int?
  }
  var segments: [(isSmall: Bool, blocks: [Block])] = []
  var reserved: Int { segments.flatMap(\.blocks).reduce(0) { $0 + $1.size } }
  var allocated: Int { segments.flatMap(\.blocks).reduce(0) { $0 + ($1.owner == nil ? 0 : $1.size) } }
  var largestFree: Int { segments.flatMap(\.blocks).filter { $0.owner == nil }.map(\.size).max() ?? 0 }

  mutating func allocate(_ id: Int, _ bytes: Int) {
    let size = (bytes + 511) / 512 * 512
    let isSmall = size <= 1_048_576
    var best: (Int, Int, Int)?
    for (s, segment) in segments.enumerated() where segment.isSmall == isSmall {
      for (b, block) in segment.blocks.enumerated() where block.owner == nil && block.size >= size {
        if best.map({ block.size < $0.2 }) ?? true { best = (s, b, block.size) }
      }
    }
    if best == nil {
      let segment =
        isSmall ? 2_097_152 : size < 10_485_760 ? 20_971_520 : (size + 2_097_151) / 2_097_152 * 2_097_152
      segments.append((isSmall, [Block(size: segment)]))
      best = (segments.count - 1, 0, segment)
    }
    guard let (s, b, whole) = best else { return }
    let rest = whole - size
    if isSmall ? rest >= 512 : rest > 1_048_576 {
      segments[s].blocks[b] = Block(size: size, owner: id)
      segments[s].blocks.insert(Block(size: rest), at: b + 1)
    } else {
      segments[s].blocks[b].owner = id
    }
  }

  mutating func release(_ id: Int) {
    for s in segments.indices {
      for b in segments[s].blocks.indices where segments[s].blocks[b].owner == id {
        segments[s].blocks[b].owner = nil
      }
      var joined: [Block] = []
      for block in segments[s].blocks {
        if let last = joined.last, last.owner == nil, block.owner == nil {
          joined[joined.count - 1].size += block.size
        } else {
          joined.append(block)
        }
      }
      segments[s].blocks = joined
    }
  }
}

@Suite struct MemoryAllocatorTests {
  /// Bytes asked for, as counted, and the segment they reserve.
  static let roundings: [[Int]] = [
    [1, 512, 2_097_152], [512, 512, 2_097_152], [513, 1024, 2_097_152], [1_048_576, 1_048_576, 2_097_152],
    [1_048_577, 1_049_088, 20_971_520], [10_485_248, 10_485_248, 20_971_520],
    [10_485_760, 10_485_760, 10_485_760], [10_485_761, 10_486_272, 12_582_912],
    [1_411_788_000, 1_411_788_288, 1_413_480_448],
  ]

  @Test(arguments: roundings) func `sizes round as PyTorch rounds them`(sizes: [Int]) {
    let (bytes, request, segment) = (sizes[0], sizes[1], sizes[2])
    #expect(CachingAllocator.rounded(bytes) == request)
    #expect(CachingAllocator.segment(for: bytes) == segment)
    var allocator = CachingAllocator()
    let served = allocator.allocate(1, bytes: bytes)
    #expect(served)
    #expect(allocator.reserved == segment)
    let rest = segment - request
    let isSplit = bytes <= 1 << 20 ? rest >= 512 : rest > 1 << 20
    #expect(allocator.allocated == (isSplit ? request : segment))
  }

  @Test func `the famous request prints as 1.32 GiB only after rounding`() {
    let gib = { (bytes: Int) in ByteCount.fixed(Double(bytes) / 0x1p30, digits: 2) }
    #expect(gib(1_411_788_000) == "1.31")
    #expect(gib(CachingAllocator.segment(for: 1_411_788_000)) == "1.32")
  }

  /// Sizes of every class, drawn so that each pool is used often.
  private func size(_ generator: inout SplitMix) -> Int {
    let limits: [UInt64] = [4096, 1 << 20, 3 << 20, 12 << 20, 60 << 20]
    return 1 + Int(generator.next() % limits[Int(generator.next() % 5)])
  }

  @Test(arguments: 0..<40) func `the allocator equals a plain one on random requests`(seed: UInt64) {
    var generator = SplitMix(state: seed)
    var allocator = CachingAllocator()
    var plain = PlainAllocator()
    var live: [Int] = []
    for id in 0..<200 {
      if generator.next() % 5 < 3 || live.isEmpty {
        let bytes = size(&generator)
        allocator.allocate(id, bytes: bytes)
        plain.allocate(id, bytes)
        live.append(id)
      } else {
        let victim = live.remove(at: Int(generator.next() % UInt64(live.count)))
        allocator.release(victim)
        plain.release(victim)
      }
      #expect(allocator.allocated == plain.allocated)
      #expect(allocator.reserved == plain.reserved)
      #expect(allocator.largestFreeBlock == plain.largestFree)
    }
  }

  @Test(arguments: 0..<40) func `an expandable allocator keeps its sums and its pages`(seed: UInt64) {
    var generator = SplitMix(state: seed)
    var allocator = CachingAllocator(mode: .expandable)
    var sizes: [Int: Int] = [:]
    for id in 0..<200 {
      if generator.next() % 5 < 3 || sizes.isEmpty {
        sizes[id] = size(&generator)
        let served = allocator.allocate(id, bytes: sizes[id] ?? 0)
        #expect(served)
      } else if let victim = sizes.keys.sorted().randomElement(using: &generator) {
        sizes[victim] = nil
        allocator.release(victim)
      }
      #expect(allocator.allocated == sizes.values.reduce(0) { $0 + CachingAllocator.rounded($1) })
      #expect(allocator.reserved % (2 << 20) == 0)
      #expect(allocator.largestFreeBlock <= allocator.reserved - allocator.allocated)
    }
    for id in sizes.keys { allocator.release(id) }
    #expect(allocator.allocated == 0)
    #expect(allocator.peakReserved == allocator.reserved)
  }

  @Test func `growing requests fragment segments and not an expandable pool`() {
    var peaks: [Int] = []
    for mode in CachingAllocator.Mode.allCases {
      var allocator = CachingAllocator(mode: mode)
      for step in 1...20 {
        allocator.allocate(step, bytes: step * 30 << 20)
        allocator.release(step)
      }
      peaks.append(allocator.peakReserved)
    }
    #expect(peaks == [210 * 30 << 20, 600 << 20])
  }

  @Test(arguments: CachingAllocator.Mode.allCases)
  func `a limit gives cached segments back before it refuses`(mode: CachingAllocator.Mode) {
    var allocator = CachingAllocator(mode: mode, limit: 100 << 20)
    var served = [allocator.allocate(1, bytes: 60 << 20)]
    allocator.release(1)
    served.append(allocator.allocate(2, bytes: 80 << 20))
    #expect(allocator.reserved == 80 << 20)
    served.append(allocator.allocate(3, bytes: 60 << 20))
    allocator.release(2)
    served.append(allocator.allocate(4, bytes: 100 << 20))
    #expect(served == [true, true, false, true])
    #expect(allocator.reserved == 100 << 20)
  }

  @Test func `a replay follows a recording and names the first failure`() throws {
    let ledger = MemoryLedger()
    let origin = MemoryOrigin(op: 0, layer: 0)
    let held = ledger.recordBirth(bytes: 30 << 20, category: .parameter, origin: origin)
    let recorder = ledger.startRecording()
    let scratch = ledger.recordBirth(bytes: 500 << 20, category: .workspace, origin: origin)
    let first = ledger.recordBirth(bytes: 40 << 20, category: .temporary, origin: origin)
    ledger.recordDeath(first)
    let second = ledger.recordBirth(bytes: 50 << 20, category: .temporary, origin: origin)
    for id in [scratch, second, held] { ledger.recordDeath(id) }
    ledger.stop(recorder)
    let timeline = MemoryTimeline(recorder)
    let free = AllocatorReplay(timeline)
    #expect(free.samples.count == timeline.events.count)
    #expect(free.samples.map { $0.reserved >> 20 } == [30, 70, 70, 120, 120, 120, 120])
    #expect(free.samples.map { $0.allocated >> 20 } == [30, 70, 30, 80, 80, 30, 0])
    #expect(free.samples.map { $0.largestFreeBlock >> 20 } == [0, 0, 40, 40, 40, 50, 50])
    #expect(free.failure == nil)
    let limited = AllocatorReplay(timeline, limit: 75 << 20)
    #expect(limited.failure?.event == 3)
    #expect(limited.failure?.bytes == 50 << 20)
  }
}
