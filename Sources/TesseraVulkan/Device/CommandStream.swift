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
  /// Commands that the next batch takes, at most.
  private var batchLimit = firstBatchCommands
  /// The op whose commands were recorded last, for whoever reads that the device was lost.
  private var lastOp = ""
  private var batch = 0
  private var read: [Range<UInt64>] = []
  private var written: [Range<UInt64>] = []
  /// Why nothing can be recorded any more.
  private(set) var loss: VulkanFailure?

  /// Raised when the running cell should stop: a wait ends then, and the device goes on by itself.
  var cancellation: (any Cancellation)?
  /// Seconds without a finished batch after which the device counts as hung.
  var patience = 120.0

  /// Commands of a batch, at most: enough to hide the cost of handing it over, few enough to start early.
  private static let batchCommands = 64
  /// Of the first batch, before anything is known about the device's speed.
  private static let firstBatchCommands = 8
  /// Seconds that a batch should take: drivers reset a device that is busy for several seconds with one.
  private static let batchSeconds = 0.1...0.5
  /// How long a wait lasts before it looks up.
  private static let waitSlice: UInt64 = 50_000_000
  /// Ranges remembered between barriers: beyond, comparing them costs more than a barrier.
  private static let rangeLimit = 64

  init(device: OpenDevice, staging: StagingMemory) {
    self.device = device
    self.staging = staging
  }

  /// Records a dispatch; `arguments` are copied.
  func dispatch(_ pipeline: OpaquePointer, _ arguments: KernelArguments, groups: Int) throws {
    if commandCount >= batchLimit || staging.argumentSpace < arguments.byteCount { try submit() }
    try open()
    order(reading: arguments.read, writing: arguments.written)
    let address = staging.place(arguments)
    try check(.record, "a dispatch") { cv_dispatch(device.handle, pipeline, address, UInt32(groups), 1, 1) }
    commandCount += 1
  }

  /// Copies host bytes into a piece of device memory.
  func upload(_ bytes: UnsafeRawBufferPointer, to piece: MemoryPiece, in block: OpaquePointer) throws {
    var start = 0
    while start < bytes.count {
      if staging.uploadSpace == 0 || commandCount >= batchLimit { try submit() }
      try open()
      let count = min(staging.uploadSpace, bytes.count - start)
      let offset = staging.place(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
      let address = piece.address + UInt64(start)
      order(reading: [], writing: [address..<address + UInt64(count)])
      try check(.record, "an upload") {
        cv_copy(
          device.handle, staging.block, UInt64(offset), block, UInt64(piece.offset + start), UInt64(count))
      }
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
      try check(.record, "a download") {
        cv_copy(
          device.handle, block, UInt64(piece.offset + start), staging.block,
          UInt64(staging.downloadRange.lowerBound), UInt64(count))
      }
      try wait()
      staging.read(count, into: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + count]))
      start += count
    }
  }

  /// Waits until everything recorded has finished.
  func wait() throws {
    try submit()
    if batch > 0 { try wait(for: batch - 1) }
  }

  /// Says which op the commands to come belong to; `place` tells tools more.
  func begin(_ op: String, place: @autoclosure () -> String) throws {
    lastOp = op
    guard device.takesNames else { return }
    try open()
    cv_label(device.handle, "\(op) \(place())")
  }

  private func wait(for batch: Int) throws {
    var progress = (finished: cv_finished(device.handle), since: Clock.nanoseconds())
    while true {
      let result = device.call(.wait) { cv_wait(device.handle, UInt64(batch), Self.waitSlice) }
      guard result == Int32(CV_TIMEOUT) else { return try check(result, "waiting for the device") }
      if cancellation?.isCancelled ?? false { throw TensorError.interrupted }
      let finished = cv_finished(device.handle)
      if finished != progress.finished { progress = (finished, Clock.nanoseconds()) }
      if Clock.seconds(since: progress.since) > patience { try giveUp() }
    }
  }

  private func giveUp() throws -> Never {
    device.abandon()
    let failure = VulkanFailure.hung(lastOp, seconds: patience)
    loss = failure
    throw failure.error
  }

  private func open() throws {
    if let loss { throw loss.error }
    if isOpen { return }
    // The batch's part of the staging memory is free once the batch that used it last has finished.
    if batch >= StagingMemory.partCount {
      try wait(for: batch - StagingMemory.partCount)
      adapt()
    }
    staging.open(part: batch % StagingMemory.partCount)
    isOpen = true
    commandCount = 0
  }

  private func adapt() {
    let seconds = device.lastBatchSeconds
    batchLimit = seconds.map { Self.batchLimit(batchLimit, after: $0) } ?? Self.batchCommands
  }

  /// Commands of the next batches: fewer where one took long, more where handing over would cost more than it does.
  static func batchLimit(_ limit: Int, after seconds: Double) -> Int {
    if seconds > batchSeconds.upperBound { return max(1, limit / 2) }
    return seconds < batchSeconds.lowerBound ? min(batchCommands, limit * 2) : limit
  }

  private func submit() throws {
    guard isOpen else { return }
    isOpen = false
    var ticket: UInt64 = 0
    try check(.submit, "handing over a batch") { cv_submit(device.handle, &ticket) }
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

  private func check(_ kind: DriverCall, _ what: String, _ body: () -> Int32) throws {
    try check(device.call(kind, body), what)
  }

  /// A lost device stays lost: every later call says so.
  private func check(_ result: Int32, _ what: String) throws {
    if result == Int32(CV_DEVICE_LOST) { loss = .lost(lastOp) }
    if let loss { throw loss.error }
    guard result >= 0 else { throw VulkanFailure.call(what, result).error }
  }
}
