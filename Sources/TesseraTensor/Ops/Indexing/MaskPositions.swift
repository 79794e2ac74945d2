import CKernels

extension Tensor {
  /// Row-major positions at which this tensor of truth values holds.
  ///
  /// Their number depends on values, so this is no op: the program waits here, and a dry tensor cannot answer.
  func maskPositions() throws -> [Int64] {
    guard !isDry else { throw TensorError.dryValue(op: "index with a mask") }
    let dense = try engine.withoutGradients { try contiguous() }
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, dense.storage.byteCount), alignment: 16)
    defer { bytes.deallocate() }
    if let buffer = dense.storage.buffer { try engine.backend.download(buffer, into: bytes) }
    let count = Int64(dense.shape.count)
    guard let base = bytes.baseAddress, count > 0 else { return [] }
    let mask = base.assumingMemoryBound(to: UInt8.self) + dense.layout.offset
    let found = Int(ck_mask_count(mask, 0, count))
    return [Int64](unsafeUninitializedCapacity: found) { positions, initialized in
      if let first = positions.baseAddress { ck_mask_positions(mask, first, 0, count) }
      initialized = found
    }
  }
}
