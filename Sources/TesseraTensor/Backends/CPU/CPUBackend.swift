import Foundation

/// Host memory from the arena.
public final class CPUBuffer: BackendBuffer {
  /// The size, in bytes.
  public let byteCount: Int
  /// The first byte.
  public let pointer: UnsafeMutableRawPointer
  private let arena: Arena

  init(byteCount: Int, arena: Arena) throws {
    self.byteCount = byteCount
    self.arena = arena
    pointer = try arena.allocate(byteCount)
  }

  deinit { arena.release(pointer, bytes: byteCount) }
}

/// The processor: runs every op's reference kernel on all cores.
public final class CPUBackend: Backend {
  /// `cpu`.
  public let name = "cpu"
  /// How kernels are split over cores.
  public var parallel: Parallel
  private let arena = Arena()

  /// Makes a backend that uses `threadCount` cores.
  public init(
    threadCount: Int = ProcessInfo.processInfo.activeProcessorCount, cancellation: (any Cancellation)? = nil
  ) {
    parallel = Parallel(threadCount: threadCount, cancellation: cancellation)
  }

  /// All of the machine's memory.
  public var limits: BackendLimits {
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return BackendLimits(largestAllocation: memory, totalMemory: memory)
  }

  /// Hands out memory from the arena.
  public func allocate(byteCount: Int) throws -> any BackendBuffer {
    try CPUBuffer(byteCount: byteCount, arena: arena)
  }

  /// Copies host bytes in.
  public func upload(_ bytes: UnsafeRawBufferPointer, to buffer: any BackendBuffer) throws {
    guard let buffer = buffer as? CPUBuffer, let base = bytes.baseAddress else { return }
    buffer.pointer.copyMemory(from: base, byteCount: min(bytes.count, buffer.byteCount))
  }

  /// Copies bytes out.
  public func download(_ buffer: any BackendBuffer, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard let buffer = buffer as? CPUBuffer, let base = bytes.baseAddress else { return }
    base.copyMemory(from: buffer.pointer, byteCount: min(bytes.count, buffer.byteCount))
  }

  /// Runs the op's CPU kernel; every op has one.
  public func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor]) throws -> Bool {
    try op.cpu(
      KernelCall(
        inputs: inputs.map(TensorView.init), outputs: outputs.map(TensorView.init), parallel: parallel))
    return true
  }

  /// Kernels finish before `run` returns.
  public func synchronize() throws {}
}
