/// Which numbers a drawing op gets: Philox4x32-10 with key = seed and counter = (stream, element).
public struct RandomStream: Hashable, Sendable {
  /// The key: the program's seed.
  public let seed: UInt64
  /// The upper half of the counter: a hash of the layer path and the call's number there.
  public let stream: UInt64
}

/// Hands out streams so that a layer's numbers depend on its path and how often it ran, not on its neighbours.
public struct RandomState: Sendable {
  /// The program's seed.
  public let seed: UInt64
  private var calls: [String: UInt64] = [:]

  /// Starts all streams over.
  public init(seed: UInt64) { self.seed = seed }

  /// The stream of the next drawing call at `path`.
  public mutating func next(at path: String) -> RandomStream {
    let call = calls[path, default: 0]
    calls[path] = call + 1
    return RandomStream(seed: seed, stream: Self.hash(path) ^ (call &* 0x9E37_79B9_7F4A_7C15))
  }

  /// FNV-1a, 64 bits: the same on every machine, unlike Swift's own hashes.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}

extension Engine {
  /// The stream of the next drawing call at the current layer path.
  public func nextRandomStream() -> RandomStream {
    capture?.refuse("a program that draws random numbers: a run would draw the same ones again")
    return random.next(at: layerPath)
  }
}
