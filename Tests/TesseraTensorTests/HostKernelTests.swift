import Synchronization
import Testing

@testable import TesseraTensor

/// Kernels that run on the processor for a backend that has none: its cores, its interrupts, and the ledger.
@Suite struct HostKernelTests {
  private let backend = BareBackend()

  @Test func `an op that the backend lacks has the processor's result, in place and through views too`()
    throws
  {
    let engine = Engine(backend: backend)
    let x = try engine.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    let column = try x.sliced(dim: 1, start: 1, stop: 2)
    #expect(try (column + column).doubles() == [4, 10])
    try engine.runInPlace(Add(), [column, column], into: column)
    #expect(try x.doubles() == [1, 4, 3, 4, 10, 6])
    #expect(engine.fallbacks["add"] == 2)
  }

  @Test func `copies are staging memory while the kernel runs, and beside the total`() throws {
    let engine = Engine(backend: backend)
    let x = try engine.full([1000], 1)
    let before = engine.ledger.liveBytes
    let recorder = engine.ledger.startRecording()
    let y = try x + x
    engine.ledger.stop(recorder)
    let staged = recorder.events.filter { $0.entry.category == .staging && $0.kind == .birth }
    #expect(staged.map { $0.entry.bytes } == [4000, 4000])
    #expect(staged.allSatisfy { engine.ledger.label($0.entry.origin.op) == "add" })
    #expect(engine.ledger.bytes(in: .staging) == 0)
    #expect(engine.ledger.liveBytes == before + 4000 && engine.ledger.addsUp)
    #expect(recorder.events.map(\.liveBytes).max() == before + 4000)
    withExtendedLifetime(y) {}
  }

  @Test(arguments: [1, 2])
  func `kernels get the threads that the backend was given`(threads: Int) throws {
    backend.parallel = Parallel(threadCount: threads)
    let engine = Engine(backend: backend)
    #expect(
      try engine.run(ThreadCount(), engine.full([3], 0)).doubles() == [0, 1, 2].map { _ in Double(threads) })
  }

  @Test func `an interrupt stops a kernel between two slabs, and the copies go`() throws {
    let engine = Engine(backend: backend)
    let x = try engine.full([1 << 20], 1)
    // The engine asks once before an op, and a kernel before each of its sixteen slabs.
    backend.parallel = Parallel(threadCount: 1, cancellation: LateInterrupt(after: 3))
    let error = #expect(throws: TensorError.self) { try x + x }
    #expect(error?.message == "interrupted")
    #expect(engine.ledger.bytes(in: .staging) == 0 && engine.ledger.addsUp)
  }
}

/// Memory and nothing else: every op falls to the engine.
private final class BareBackend: Backend {
  private let memory = CPUBackend()
  let name = "bare"
  var parallel = Parallel(threadCount: 2)
  var limits: BackendLimits { memory.limits }

  func allocate(byteCount: Int) throws -> any BackendBuffer { try memory.allocate(byteCount: byteCount) }
  func upload(_ bytes: UnsafeRawBufferPointer, to buffer: any BackendBuffer) throws {
    try memory.upload(bytes, to: buffer)
  }
  func download(_ buffer: any BackendBuffer, into bytes: UnsafeMutableRawBufferPointer) throws {
    try memory.download(buffer, into: bytes)
  }
  func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor]) throws -> Bool { false }
  func synchronize() throws {}
}

/// Writes the number of threads that it may use.
private struct ThreadCount: Op {
  static let name = "thread_count"
  static let summary = "The number of threads that a kernel may use."

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { inputs }
  func cpu(_ call: KernelCall) throws {
    call.outputs[0].float32.update(repeating: Float(call.parallel.threadCount), count: call.outputs[0].count)
  }
  var isDifferentiable: Bool { false }
}

/// Is raised from the poll after `after` others on.
private final class LateInterrupt: Cancellation {
  private let polls: Mutex<Int>

  init(after: Int) { polls = Mutex(after) }

  var isCancelled: Bool {
    polls.withLock { left in
      left -= 1
      return left < 0
    }
  }
}
