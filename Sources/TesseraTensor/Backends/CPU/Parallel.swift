import Dispatch

/// A flag that one thread raises and others poll.
public protocol Cancellation: Sendable {
  /// Whether the work should stop.
  var isCancelled: Bool { get }
}

/// Splits a kernel into slabs over the processor's cores.
///
/// A slab computes the same values whichever thread runs it, and slabs are cut by size alone, so results do
/// not depend on the number of threads. Cancellation is checked between slabs.
public struct Parallel: Sendable {
  /// How many threads run slabs.
  public let threadCount: Int
  /// Raised when the running cell should stop.
  public let cancellation: (any Cancellation)?

  /// Runs nothing: an op that asks for slabs has no business on a device.
  static let none = Parallel()

  private init() {
    threadCount = 0
    cancellation = nil
  }

  /// Makes a splitter.
  public init(threadCount: Int, cancellation: (any Cancellation)? = nil) {
    self.threadCount = max(1, threadCount)
    self.cancellation = cancellation
  }

  /// Runs `body` on consecutive ranges of `0..<count`, each at most `slab` long.
  public func run(count: Int, slab: Int, _ body: @Sendable (Range<Int>) -> Void) throws {
    if threadCount == 0 { throw DeviceRefusal() }
    guard count > 0 else { return }
    let slab = max(1, slab)
    let slabCount = (count + slab - 1) / slab
    if threadCount == 1 || slabCount == 1 {
      for index in 0..<slabCount {
        if isCancelled { throw TensorError.interrupted }
        body(index * slab..<min(count, (index + 1) * slab))
      }
      return
    }
    let workers = min(threadCount, slabCount)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      // Interleaved slabs keep both cores busy when later slabs are cheaper.
      for index in stride(from: worker, to: slabCount, by: workers) {
        if isCancelled { return }
        body(index * slab..<min(count, (index + 1) * slab))
      }
    }
    if isCancelled { throw TensorError.interrupted }
  }

  /// Whether the running cell should stop.
  public var isCancelled: Bool { cancellation?.isCancelled ?? false }
}
