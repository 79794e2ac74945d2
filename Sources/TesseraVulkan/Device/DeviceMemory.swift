import CVulkan
import TesseraTensor

/// A part of a block of device memory.
struct MemoryPiece {
  let block: Int
  let offset: Int
  let byteCount: Int
  let address: UInt64
}

/// Device memory in large blocks, handed out in pieces.
///
/// A piece that is freed can be handed out again at once: commands run in the order in which they were recorded, and
/// the command stream puts a barrier where a new owner meets an old one's reads or writes.
final class DeviceMemory {
  private struct Block {
    let handle: OpaquePointer
    let byteCount: Int
    let address: UInt64
    /// Ranges that nobody owns, by offset; neighbours are merged.
    var free: [Range<Int>]
    var isEmpty: Bool { free.count == 1 && free[0].count == byteCount }
  }

  private let device: OpenDevice
  private var blocks: [Int: Block] = [:]
  private var nextBlock = 0

  /// Bytes in blocks, owned or not.
  private(set) var reservedBytes = 0

  /// Bytes that blocks may take together; tests lower it to meet a full device.
  var blockLimit = Int.max
  /// Bytes of one block, at most; tests lower it to meet a device with small ones.
  var largestAllocation: Int

  /// Small tensors share blocks of this size; a larger tensor gets a block of its own size.
  private static let blockSize = 32 << 20
  /// Any element type, vector load and copy is aligned with this.
  private static let alignment = 256

  init(device: OpenDevice, largestAllocation: Int) {
    self.device = device
    self.largestAllocation = largestAllocation
  }

  deinit {
    device.waitUntilIdle()
    blocks.values.forEach { cv_block_free(device.handle, $0.handle) }
  }

  /// Hands out a piece, from the tightest free range that holds it; nil when the device is full.
  func allocate(_ byteCount: Int) throws -> MemoryPiece? {
    let size = max(1, (byteCount + Self.alignment - 1) / Self.alignment) * Self.alignment
    var best: (block: Int, index: Int, size: Int)?
    for (number, block) in blocks {
      for (index, range) in block.free.enumerated() where range.count >= size {
        let isBetter = best.map { (range.count, number) < ($0.size, $0.block) } ?? true
        if isBetter { best = (number, index, range.count) }
      }
    }
    if let best { return take(size, from: best.block, at: best.index) }
    guard let block = try makeBlock(atLeast: size) else { return nil }
    return take(size, from: block, at: 0)
  }

  private func take(_ size: Int, from number: Int, at index: Int) -> MemoryPiece? {
    guard let range = blocks[number]?.free[index], let address = blocks[number]?.address else { return nil }
    if range.count == size {
      blocks[number]?.free.remove(at: index)
    } else {
      blocks[number]?.free[index] = range.lowerBound + size..<range.upperBound
    }
    return MemoryPiece(
      block: number, offset: range.lowerBound, byteCount: size, address: address + UInt64(range.lowerBound))
  }

  private func makeBlock(atLeast size: Int) throws -> Int? {
    guard size <= largestAllocation else { return nil }
    for candidate in Set([max(size, Self.blockSize), size]).sorted(by: >)
    where reservedBytes + candidate <= blockLimit {
      var handle: OpaquePointer?
      let result = device.call(.allocate) {
        cv_block_make(device.handle, UInt64(candidate), false, &handle)
      }
      if result == Int32(CV_OUT_OF_DEVICE_MEMORY) || result == Int32(CV_OUT_OF_HOST_MEMORY) { continue }
      guard result == 0, let handle else { throw VulkanFailure.call("allocating memory", result).error }
      nextBlock += 1
      if device.takesNames { cv_block_name(device.handle, handle, "tensors, block \(nextBlock)") }
      reservedBytes += candidate
      blocks[nextBlock] = Block(
        handle: handle, byteCount: candidate, address: cv_block_address(handle), free: [0..<candidate])
      return nextBlock
    }
    return nil
  }

  /// Takes a piece back.
  func release(_ piece: MemoryPiece) {
    guard var block = blocks[piece.block] else { return }
    var range = piece.offset..<piece.offset + piece.byteCount
    var index = block.free.firstIndex { $0.lowerBound > range.lowerBound } ?? block.free.count
    if index < block.free.count, block.free[index].lowerBound == range.upperBound {
      range = range.lowerBound..<block.free.remove(at: index).upperBound
    }
    if index > 0, block.free[index - 1].upperBound == range.lowerBound {
      index -= 1
      range = block.free.remove(at: index).lowerBound..<range.upperBound
    }
    block.free.insert(range, at: index)
    blocks[piece.block] = block
  }

  /// Gives blocks that hold nothing back to the device, which must be idle; returns whether there were any.
  func trim() -> Bool {
    let empty = blocks.filter { $0.value.isEmpty }
    for (number, block) in empty {
      cv_block_free(device.handle, block.handle)
      reservedBytes -= block.byteCount
      blocks[number] = nil
    }
    return !empty.isEmpty
  }

  /// The block that a piece lies in, for copies.
  func handle(of piece: MemoryPiece) -> OpaquePointer? { blocks[piece.block]?.handle }
}
