/// PyTorch's caching allocator for CUDA, as far as sizes go: what a card would have *reserved* for the same requests.
///
/// Requests are rounded to 512 bytes and served from the smallest free block that fits, which is split when enough
/// would be left over. Without such a block a new segment is reserved, and kept for good. Freed neighbours join. Two
/// pools keep small and large requests apart. One stream, no garbage collection, no limit on splitting: the defaults.
///
/// - Memory: about 60 bytes a block.
public struct CachingAllocator: Sendable {
  /// How segments are reserved.
  public enum Mode: String, Sendable, CaseIterable {
    /// Each segment has the size it was reserved with.
    case segments
    /// One growing segment a pool (`expandable_segments:True`), mapped page by page.
    case expandable
  }

  /// Sizes in bytes, from `c10/cuda/CUDACachingAllocator.cpp`.
  public enum Rule {
    /// Every request is a multiple of it.
    public static let grain = 512
    /// The largest request of the small pool, and what must be left over for a large block to be split.
    public static let smallRequest = 1 << 20
    /// A segment of the small pool, and its page when expandable.
    public static let smallSegment = 2 << 20
    /// A segment for requests below ``directRequest``, and the large pool's page when expandable.
    public static let largeSegment = 20 << 20
    /// From here on a segment is as large as its request, rounded up to ``directGrain``.
    public static let directRequest = 10 << 20
    /// What segments of their own are multiples of.
    public static let directGrain = 2 << 20
  }

  /// How segments are reserved.
  public let mode: Mode
  /// What may be reserved at most; nil for no end.
  public let limit: Int?
  /// Bytes in blocks that are in use, each rounded up.
  public private(set) var allocated = 0
  /// Bytes in segments.
  public private(set) var reserved = 0
  /// The largest `allocated` has been.
  public private(set) var peakAllocated = 0
  /// The largest `reserved` has been.
  public private(set) var peakReserved = 0

  private var pools: [Pool]
  private var blocks: [Int: Block] = [:]
  private var owners: [Int: Int] = [:]
  private var nextAddress = 0

  /// An allocator that has reserved nothing.
  public init(mode: Mode = .segments, limit: Int? = nil) {
    self.mode = mode
    self.limit = limit
    pools = [Pool(), Pool()]
  }

  /// A request as it is counted.
  public static func rounded(_ bytes: Int) -> Int { max(1, bytes).roundedUp(to: Rule.grain) }

  /// The segment that a request would reserve: 1,411,788,000 B become 1,413,480,448 B, printed as 1.32 GiB.
  public static func segment(for bytes: Int) -> Int {
    let size = rounded(bytes)
    if size <= Rule.smallRequest { return Rule.smallSegment }
    return size < Rule.directRequest ? Rule.largeSegment : size.roundedUp(to: Rule.directGrain)
  }

  /// The largest block that is reserved and free.
  public var largestFreeBlock: Int { pools.compactMap(\.free.last?.size).max() ?? 0 }
}

// MARK: - Blocks

extension CachingAllocator {
  /// A stretch of a segment; neighbours are known by their addresses.
  private struct Block: Sendable {
    var size: Int
    let pool: Int
    var isFree: Bool
    var before: Int?
    var after: Int?
  }

  /// A free block, ordered by size and then by address: the order of best fit.
  private struct FreeBlock: Sendable, Comparable {
    let size: Int
    let address: Int

    static func < (a: FreeBlock, b: FreeBlock) -> Bool { (a.size, a.address) < (b.size, b.address) }
  }

  private struct Pool: Sendable {
    var free: [FreeBlock] = []
    /// The last block of the growing segment; nil before its first page.
    var end: Int?

    /// Where a block is or belongs in ``free``.
    func index(of block: FreeBlock) -> Int {
      var (low, high) = (0, free.count)
      while low < high {
        let middle = (low + high) / 2
        if free[middle] < block { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  private mutating func markFree(_ address: Int) {
    guard let block = blocks[address] else { return }
    let entry = FreeBlock(size: block.size, address: address)
    pools[block.pool].free.insert(entry, at: pools[block.pool].index(of: entry))
    blocks[address]?.isFree = true
  }

  private mutating func markUsed(_ address: Int) {
    guard let block = blocks[address] else { return }
    let entry = FreeBlock(size: block.size, address: address)
    pools[block.pool].free.remove(at: pools[block.pool].index(of: entry))
    blocks[address]?.isFree = false
  }

  /// Joins a free block with a free right neighbour.
  private mutating func joinAfter(_ address: Int) {
    guard let block = blocks[address], let after = block.after, let next = blocks[after], next.isFree,
      block.isFree
    else { return }
    markUsed(address)
    markUsed(after)
    blocks[address]?.size += next.size
    blocks[address]?.after = next.after
    if let far = next.after { blocks[far]?.before = address }
    blocks[after] = nil
    if pools[block.pool].end == after { pools[block.pool].end = address }
    markFree(address)
  }
}

// MARK: - Requests

extension CachingAllocator {
  /// Serves a request under a number that ``release(_:)`` takes back.
  ///
  /// - Returns: whether it could be served within the limit; after a failure, as in PyTorch, segments that were
  ///   wholly free have been given back.
  @discardableResult
  public mutating func allocate(_ id: Int, bytes: Int) -> Bool {
    guard bytes > 0 else { return true }
    let size = Self.rounded(bytes)
    let pool = size <= Rule.smallRequest ? 0 : 1
    guard let address = bestFit(size, pool) ?? reserve(size, pool) ?? reserveAfterTrim(size, pool) else {
      return false
    }
    markUsed(address)
    split(address, keeping: size)
    owners[id] = address
    allocated += blocks[address]?.size ?? 0
    peakAllocated = max(peakAllocated, allocated)
    return true
  }

  /// Takes a request's block back; unknown numbers are ignored.
  public mutating func release(_ id: Int) {
    guard let address = owners.removeValue(forKey: id), let block = blocks[address] else { return }
    allocated -= block.size
    markFree(address)
    joinAfter(address)
    if let before = block.before { joinAfter(before) }
  }

  private func bestFit(_ size: Int, _ pool: Int) -> Int? {
    let free = pools[pool].free
    let index = pools[pool].index(of: FreeBlock(size: size, address: 0))
    return index < free.count ? free[index].address : nil
  }

  /// A small or expandable rest of 512 bytes is worth a block; a large one only above 1 MiB.
  private mutating func split(_ address: Int, keeping size: Int) {
    guard let block = blocks[address] else { return }
    let rest = block.size - size
    let isWorthIt = block.pool == 0 || mode == .expandable ? rest >= Rule.grain : rest > Rule.smallRequest
    guard isWorthIt else { return }
    let next = address + size
    blocks[address]?.size = size
    blocks[address]?.after = next
    blocks[next] = Block(
      size: rest, pool: block.pool, isFree: false, before: address, after: block.after)
    if let far = block.after { blocks[far]?.before = next }
    if pools[block.pool].end == address { pools[block.pool].end = next }
    markFree(next)
  }
}

// MARK: - Segments

extension CachingAllocator {
  /// Reserves what a request needs and returns its free block; nil where that would pass the limit.
  private mutating func reserve(_ size: Int, _ pool: Int) -> Int? {
    switch mode {
    case .segments: reserveSegment(Self.segment(for: size), pool)
    case .expandable: grow(pool, for: size)
    }
  }

  private mutating func reserveSegment(_ bytes: Int, _ pool: Int) -> Int? {
    guard charge(bytes) else { return nil }
    let address = nextAddress
    nextAddress += bytes
    blocks[address] = Block(size: bytes, pool: pool, isFree: false)
    markFree(address)
    return address
  }

  /// Maps pages behind the pool's last block, which is used too where it is free.
  private mutating func grow(_ pool: Int, for size: Int) -> Int? {
    let end = pools[pool].end
    let free = end.flatMap { blocks[$0] }.map { $0.isFree ? $0.size : 0 } ?? 0
    let page = pool == 0 ? Rule.smallSegment : Rule.largeSegment
    let bytes = (size - free).roundedUp(to: page)
    guard charge(bytes) else { return nil }
    // Each pool grows in an address range of its own, far larger than any memory.
    let address = end.map { $0 + (blocks[$0]?.size ?? 0) } ?? (pool + 1) << 56
    blocks[address] = Block(size: bytes, pool: pool, isFree: false, before: end)
    if let end { blocks[end]?.after = address }
    pools[pool].end = address
    markFree(address)
    guard let end, free > 0 else { return address }
    joinAfter(end)
    return end
  }

  private mutating func charge(_ bytes: Int) -> Bool {
    if let limit, reserved + bytes > limit { return false }
    reserved += bytes
    peakReserved = max(peakReserved, reserved)
    return true
  }

  /// Gives back what is wholly free and tries once more, as PyTorch does before it reports an error.
  private mutating func reserveAfterTrim(_ size: Int, _ pool: Int) -> Int? {
    trim()
    return bestFit(size, pool) ?? reserve(size, pool)
  }

  private mutating func trim() {
    for pool in pools.indices {
      for entry in pools[pool].free {
        guard let block = blocks[entry.address] else { continue }
        if mode == .segments { giveBackSegment(entry.address, block) } else { unmapEnd(entry.address, block) }
      }
    }
  }

  private mutating func giveBackSegment(_ address: Int, _ block: Block) {
    guard block.before == nil, block.after == nil else { return }
    markUsed(address)
    blocks[address] = nil
    reserved -= block.size
  }

  /// Unmaps the whole pages at the growing segment's end.
  ///
  /// PyTorch also unmaps pages in its middle; the addresses then stay free for later mapping.
  private mutating func unmapEnd(_ address: Int, _ block: Block) {
    let page = block.pool == 0 ? Rule.smallSegment : Rule.largeSegment
    let whole = block.size / page * page
    guard pools[block.pool].end == address, whole > 0 else { return }
    markUsed(address)
    reserved -= whole
    if whole == block.size {
      blocks[address] = nil
      pools[block.pool].end = block.before
      if let before = block.before { blocks[before]?.after = nil }
    } else {
      blocks[address]?.size -= whole
      markFree(address)
    }
  }
}

extension Int {
  fileprivate func roundedUp(to step: Int) -> Int { (self + step - 1) / step * step }
}
