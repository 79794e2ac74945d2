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
  /// Whether the backend has a kernel of its own for the op; otherwise the engine runs the CPU's and counts it.
  func supports(_ op: any Op) -> Bool
  /// Runs an op's kernel on tensors that live here.
  func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor]) throws
  /// Waits until everything issued has finished.
  func synchronize() throws
}
