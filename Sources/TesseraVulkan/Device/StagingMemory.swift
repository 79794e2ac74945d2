import CVulkan
import TesseraTensor

/// Host memory that the device reads and writes: arguments of kernels, uploads and downloads.
///
/// One part for each batch that can be under way, then one for downloads, which wait for the device anyway.
final class StagingMemory {
  /// As many batches as the command stream's ring has.
  static let partCount = 4
  private static let argumentBytes = 128 << 10
  private static let uploadBytes = 1 << 20
  private static let downloadBytes = 4 << 20
  /// All of it.
  static let byteCount = partCount * (argumentBytes + uploadBytes) + downloadBytes

  let block: OpaquePointer
  private let device: OpenDevice
  private let pointer: UnsafeMutableRawPointer
  private let address: UInt64
  private var argumentEnd = 0
  private var argumentLimit = 0
  private var uploadEnd = 0
  private var uploadLimit = 0

  init(device: OpenDevice) throws {
    var made: OpaquePointer?
    let result = device.call(.allocate) { cv_block_make(device.handle, UInt64(Self.byteCount), true, &made) }
    guard result == 0, let made, let pointer = cv_block_pointer(made) else {
      throw VulkanFailure.call("allocating staging memory", result).error
    }
    (block, self.device, self.pointer) = (made, device, pointer)
    address = cv_block_address(made)
    if device.takesNames { cv_block_name(device.handle, made, "staging") }
  }

  deinit {
    device.waitUntilIdle()
    cv_block_free(device.handle, block)
  }

  /// Where downloads land.
  let downloadRange = byteCount - downloadBytes..<byteCount
  /// Bytes left for arguments in the open part.
  var argumentSpace: Int { argumentLimit - argumentEnd }
  /// Bytes left for uploads in the open part.
  var uploadSpace: Int { uploadLimit - uploadEnd }

  /// Starts a part from its beginning.
  func open(part: Int) {
    argumentEnd = part * Self.argumentBytes
    argumentLimit = argumentEnd + Self.argumentBytes
    uploadEnd = Self.partCount * Self.argumentBytes + part * Self.uploadBytes
    uploadLimit = uploadEnd + Self.uploadBytes
  }

  /// Stores a kernel's arguments and returns their address.
  func place(_ arguments: KernelArguments) -> UInt64 {
    arguments.words.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress {
        (pointer + argumentEnd).copyMemory(from: base, byteCount: bytes.count)
      }
    }
    defer { argumentEnd += (arguments.byteCount + 15) / 16 * 16 }
    return address + UInt64(argumentEnd)
  }

  /// Stores bytes to upload and returns their offset in the block.
  func place(_ bytes: UnsafeRawBufferPointer) -> Int {
    if let base = bytes.baseAddress { (pointer + uploadEnd).copyMemory(from: base, byteCount: bytes.count) }
    // Copies of any element start at a multiple of its size.
    defer { uploadEnd = min(uploadLimit, uploadEnd + (bytes.count + 15) / 16 * 16) }
    return uploadEnd
  }

  /// Copies downloaded bytes out.
  func read(_ count: Int, into bytes: UnsafeMutableRawBufferPointer) {
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: pointer + downloadRange.lowerBound, count: count))
  }
}
