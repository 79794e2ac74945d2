import Synchronization
import TesseraTensor

/// The processor, counting allocations and refusing one of them.
final class FailingBackend: Backend {
  private let inner: CPUBackend
  /// Allocations so far.
  private(set) var count = 0
  /// The allocation that fails, counted from 0; nil for none.
  private var failing: Int?

  init(threadCount: Int = 1) { inner = CPUBackend(threadCount: threadCount) }

  /// Starts counting, and fails at `index`.
  func arm(_ index: Int?) { (count, failing) = (0, index) }

  var name: String { inner.name }
  var limits: BackendLimits { inner.limits }

  func allocate(byteCount: Int) throws -> any BackendBuffer {
    count += 1
    if count - 1 == failing {
      throw TensorError.badParameter(
        op: "allocate", name: "bytes", value: "\(byteCount)", rule: "this is the one that fails")
    }
    return try inner.allocate(byteCount: byteCount)
  }

  func upload(_ bytes: UnsafeRawBufferPointer, to buffer: any BackendBuffer) throws {
    try inner.upload(bytes, to: buffer)
  }
  func download(_ buffer: any BackendBuffer, into bytes: UnsafeMutableRawBufferPointer) throws {
    try inner.download(buffer, into: bytes)
  }
  var parallel: Parallel {
    get { inner.parallel }
    set { inner.parallel = newValue }
  }
  func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor]) throws -> Bool {
    try inner.run(op, inputs: inputs, outputs: outputs)
  }
  func synchronize() throws {}
}

/// Is raised at the poll it is told, as an interrupt between any two slabs of work would be.
final class CountedCancellation: Cancellation {
  private let state = Mutex<(polls: Int, limit: Int)>((0, .max))

  /// Starts counting, and is raised from poll `limit` on.
  func arm(_ limit: Int = .max) { state.withLock { $0 = (0, limit) } }

  /// Polls so far.
  var count: Int { state.withLock(\.polls) }

  var isCancelled: Bool {
    state.withLock { state in
      state.polls += 1
      return state.polls > state.limit
    }
  }
}
