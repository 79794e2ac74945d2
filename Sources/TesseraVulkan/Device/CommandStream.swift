import CVulkan
import TesseraTensor

/// Commands for a device, in order: recorded into batches, which are handed over when full, or when somebody waits.
///
/// A barrier is recorded only where a command touches memory that an earlier one of the same stretch wrote, or writes
/// what an earlier one touched.
final class CommandStream {
  private let device: OpenDevice
  private let staging: StagingMemory
  private var isOpen = false
  private var commandCount = 0
  private var batch = 0
  private var read: [Range<UInt64>] = []
  private var written: [Range<UInt64>] = []
  private var isLost = false

  /// Commands of a batch, at most: enough to hide the cost of handing it over, few enough to start early.
  private static let batchCommands = 64
  /// Ranges remembered between barriers: beyond, comparing them costs more than a barrier.
  private static let rangeLimit = 64

  init(device: OpenDevice, staging: StagingMemory) {
    self.device = device
    self.staging = staging
  }

  /// Records a dispatch; `arguments` are copied.
  func dispatch(_ pipeline: OpaquePointer, _ arguments: KernelArguments, groups: Int) throws {
    if commandCount >= Self.batchCommands || staging.argumentSpace < arguments.byteCount { try submit() }
    try open()
    order(reading: arguments.read, writing: arguments.written)
    let address = staging.place(arguments)
    try check(cv_dispatch(device.handle, pipeline, address, UInt32(groups), 1, 1), "a dispatch")
    commandCount += 1
  }

  /// Copies host bytes into a piece of device memory.
  func upload(_ bytes: UnsafeRawBufferPointer, to piece: MemoryPiece, in block: OpaquePointer) throws {
    var start = 0
    while start < bytes.count {
      if staging.uploadSpace == 0 || commandCount >= Self.batchCommands { try submit() }
      try open()
      let count = min(staging.uploadSpace, bytes.count - start)
      let offset = staging.place(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
      let address = piece.address + UInt64(start)
      order(reading: [], writing: [address..<address + UInt64(count)])
      try check(
        cv_copy(
          device.handle, staging.block, UInt64(offset), block, UInt64(piece.offset + start), UInt64(count)),
        "an upload")
      commandCount += 1
      start += count
    }
  }

  /// Copies a piece of device memory to the host, after all that was recorded before.
  func download(_ piece: MemoryPiece, in block: OpaquePointer, into bytes: UnsafeMutableRawBufferPointer)
    throws
  {
    var start = 0
    while start < bytes.count {
      try open()
      let count = min(staging.downloadRange.count, bytes.count - start)
      let address = piece.address + UInt64(start)
      order(reading: [address..<address + UInt64(count)], writing: [])
      try check(
        cv_copy(
          device.handle, block, UInt64(piece.offset + start), staging.block,
          UInt64(staging.downloadRange.lowerBound), UInt64(count)),
        "a download")
      try wait()
      staging.read(count, into: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + count]))
      start += count
    }
  }

  /// Waits until everything recorded has finished.
  func wait() throws {
    try submit()
    guard batch > 0 else { return }
    try check(cv_wait(device.handle, UInt64(batch - 1)), "waiting for the device")
  }

  private func open() throws {
    if isLost { throw VulkanFailure.lost.error }
    if isOpen { return }
    // The batch's part of the staging memory is free once the batch that used it last has finished.
    if batch >= StagingMemory.partCount {
      try check(cv_wait(device.handle, UInt64(batch - StagingMemory.partCount)), "waiting for the device")
    }
    staging.open(part: batch % StagingMemory.partCount)
    isOpen = true
    commandCount = 0
  }

  private func submit() throws {
    guard isOpen else { return }
    isOpen = false
    var ticket: UInt64 = 0
    try check(cv_submit(device.handle, &ticket), "handing over a batch")
    batch = Int(ticket) + 1
    // A batch begins with a barrier.
    read.removeAll(keepingCapacity: true)
    written.removeAll(keepingCapacity: true)
  }

  private func order(reading: [Range<UInt64>], writing: [Range<UInt64>]) {
    let meets =
      reading.contains { range in written.contains { $0.overlaps(range) } }
      || writing.contains { range in
        written.contains { $0.overlaps(range) } || read.contains { $0.overlaps(range) }
      }
    if meets || read.count + written.count > Self.rangeLimit {
      // Recording a barrier cannot fail once a batch is open.
      _ = cv_barrier(device.handle)
      read.removeAll(keepingCapacity: true)
      written.removeAll(keepingCapacity: true)
    }
    read += reading
    written += writing
  }

  /// A lost device stays lost: every later call says so.
  private func check(_ result: Int32, _ what: String) throws {
    if result == Int32(CV_DEVICE_LOST) { isLost = true }
    if isLost { throw VulkanFailure.lost.error }
    guard result >= 0 else { throw VulkanFailure.call(what, result).error }
  }
}
