import Synchronization

/// Asks a running program to stop; may be raised from another thread or a signal handler.
public final class InterruptFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not raised.
  public init() {}
  /// Asks the running program to stop at the next call or loop turn.
  public func raise() { flag.store(true, ordering: .relaxed) }
  /// Takes the request back.
  public func clear() { flag.store(false, ordering: .relaxed) }
  /// Whether a stop was asked for.
  public var isRaised: Bool { flag.load(ordering: .relaxed) }
}
