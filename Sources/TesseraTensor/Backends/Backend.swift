/// Bytes that a backend handed out; freed when the object goes.
public protocol BackendBuffer: AnyObject {
  /// The size, in bytes.
  var byteCount: Int { get }
}

/// What a device can hold at once.
public struct BackendLimits: Sendable {
  /// The largest single allocation, in bytes.
  public var largestAllocation: Int
  /// All of its memory, in bytes.
  public var totalMemory: Int
  /// What its driver leaves to this process, and counts as taken by it, in bytes; nil where nobody says.
  public var driver: (budget: Int, usage: Int)?

  /// States the limits.
  public init(largestAllocation: Int, totalMemory: Int, driver: (budget: Int, usage: Int)? = nil) {
    self.largestAllocation = largestAllocation
    self.totalMemory = totalMemory
    self.driver = driver
  }
}

/// A place where tensors live and ops run.
///
/// It knows memory and dispatch, and no op by name.
public protocol Backend: AnyObject {
  /// The name scripts use: `cpu`, `vulkan`.
  var name: String { get }
  /// What the device can hold.
  var limits: BackendLimits { get }
  /// Hands out memory; its contents are undefined.
  func allocate(byteCount: Int) throws -> any BackendBuffer
  /// Copies bytes from the host into a buffer.
  func upload(_ bytes: UnsafeRawBufferPointer, to buffer: any BackendBuffer) throws
  /// Copies a buffer's first bytes to the host.
  func download(_ buffer: any BackendBuffer, into bytes: UnsafeMutableRawBufferPointer) throws
  /// Runs an op's kernel on tensors that live here.
  ///
  /// Returns false where it has none for these inputs; the engine then runs the CPU's kernel and counts that.
  func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor]) throws -> Bool
  /// Waits until everything issued has finished.
  func synchronize() throws
  /// How kernels on the processor are split over its cores, and what stops them: the backend's own, or those that the
  /// engine runs in its place.
  var parallel: Parallel { get set }
  /// Nanoseconds that the device has computed so far, by its own clock; nil where it works while it is called, or has
  /// no clock.
  var busyNanoseconds: UInt64? { get }
  /// Tells the backend the ledger that its own memory, such as staging buffers, is entered in.
  func attach(_ ledger: MemoryLedger)
}

extension Backend {
  /// Whether the running cell should stop.
  public var isCancelled: Bool { parallel.isCancelled }

  /// Most backends hold nothing beside tensors.
  public func attach(_ ledger: MemoryLedger) {}

  /// Most backends compute while they are called.
  public var busyNanoseconds: UInt64? { nil }
}

/// A device that has no room for an allocation although the budget had; the engine adds what else it knows.
public struct BackendOutOfMemory: Error {
  /// The backend's name.
  public let device: String
  /// What the device could hold at most, in bytes.
  public let capacity: Int

  /// Makes the error.
  public init(device: String, capacity: Int) {
    self.device = device
    self.capacity = capacity
  }
}
