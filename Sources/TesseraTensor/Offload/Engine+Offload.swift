extension Engine {
  /// Sends what backward keeps of the coming ops to a target, until ``setOffload(_:)`` is called with what it returns.
  ///
  /// - Throws: when tensors live on the host already and are to go there.
  public func setOffload(to target: OffloadTarget) throws -> () -> Void {
    guard target != .cpu || backend.name != "cpu" else {
      throw TensorError.badParameter(
        op: "offload", name: "target", value: "\"cpu\"",
        rule: "tensors live there already; \"disk\" writes them to a file")
    }
    let before = offload
    offload = Offload(to: target) { [unowned self] in
      guard target == .disk else { return OffloadHost() }
      let file = try OffloadFile()
      if file.isInMemory {
        warn(
          "offload: \(OffloadFile.defaultFolder) lies in memory, so this saves none; set TMPDIR to a folder on disk"
        )
      }
      return file
    }
    return { [unowned self] in offload = before }
  }

  /// Calls `body` with a buffer's bytes: where they lie, or downloaded into scratch.
  func withHostBytes<Result>(
    _ byteCount: Int, of buffer: any BackendBuffer, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    if let host = buffer as? CPUBuffer {
      return try body(UnsafeRawBufferPointer(start: host.pointer, count: byteCount))
    }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    defer { scratch.deallocate() }
    try backend.download(buffer, into: scratch)
    return try body(UnsafeRawBufferPointer(scratch))
  }

  /// Has `body` write a buffer's bytes: where they lie, or into scratch that is uploaded.
  func fill(
    _ byteCount: Int, of buffer: any BackendBuffer, _ body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    if let host = buffer as? CPUBuffer {
      return try body(UnsafeMutableRawBufferPointer(start: host.pointer, count: byteCount))
    }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    defer { scratch.deallocate() }
    try body(scratch)
    try backend.upload(UnsafeRawBufferPointer(scratch), to: buffer)
  }
}
