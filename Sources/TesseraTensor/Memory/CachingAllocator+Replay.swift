/// A recording as PyTorch's caching allocator would have served it.
public struct AllocatorReplay: Sendable {
  /// The allocator after one change of memory.
  public struct Sample: Sendable, Equatable {
    /// Bytes in use, each request rounded up.
    public let allocated: Int
    /// Bytes taken from the card.
    public let reserved: Int
    /// The largest block that is reserved and free.
    public let largestFreeBlock: Int
  }

  /// The first request that could not be served.
  public struct Failure: Sendable, Equatable {
    /// The number of the change in the timeline; nil while what was live at the start was placed.
    public let event: Int?
    /// What was asked for.
    public let bytes: Int
    /// The allocator then.
    public let sample: Sample
  }

  /// How segments are reserved.
  public let mode: CachingAllocator.Mode
  /// One sample a change in the timeline.
  public let samples: [Sample]
  /// The largest `allocated`.
  public let peakAllocated: Int
  /// The largest `reserved`.
  public let peakReserved: Int
  /// Where it ran out; nil when everything was served.
  public let failure: Failure?

  /// Replays a recording; library scratch is left out, as it is in every total.
  ///
  /// - Parameter limit: what may be reserved, such as a card's usable bytes. The replay goes on after a failure as
  ///   if the request had not been made.
  public init(_ timeline: MemoryTimeline, mode: CachingAllocator.Mode = .segments, limit: Int? = nil) {
    var allocator = CachingAllocator(mode: mode, limit: limit)
    var failure: Failure?
    func serve(_ id: Int, _ bytes: Int, at event: Int?) {
      guard !allocator.allocate(id, bytes: bytes) else { return }
      failure = failure ?? Failure(event: event, bytes: bytes, sample: allocator.sample)
    }
    for holding in timeline.start where holding.category.countsTowardsTotal {
      serve(holding.id, holding.bytes, at: nil)
    }
    samples = timeline.events.enumerated().map { index, event in
      switch event.change {
      case .birth(let category) where category.countsTowardsTotal: serve(event.id, event.bytes, at: index)
      case .death: allocator.release(event.id)
      case .move(_, let to) where !to.countsTowardsTotal: allocator.release(event.id)
      case .move(let from, _) where !from.countsTowardsTotal: serve(event.id, event.bytes, at: index)
      case .birth, .move: break
      }
      return allocator.sample
    }
    self.mode = mode
    self.failure = failure
    peakAllocated = allocator.peakAllocated
    peakReserved = allocator.peakReserved
  }
}

extension CachingAllocator {
  /// The numbers of this moment.
  public var sample: AllocatorReplay.Sample {
    AllocatorReplay.Sample(allocated: allocated, reserved: reserved, largestFreeBlock: largestFreeBlock)
  }
}
