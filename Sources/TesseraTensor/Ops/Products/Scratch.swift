import Synchronization

/// Elements that slabs on several threads share.
///
/// Sendable by hand: slabs read the inputs and write disjoint parts of the outputs.
struct SharedElements<Element>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>

  static func + (elements: Self, offset: Int) -> UnsafeMutablePointer<Element> { elements.base + offset }

  /// The same elements from number `offset` on.
  func from(_ offset: Int) -> Self { SharedElements(base: base + offset) }
}

/// Memory a kernel needs beside its tensors while it runs: packed weights, partial sums.
enum Scratch {
  /// Blocks between calls, of the process as the C library's heap is: no kernel sees another's, and at most as much is
  /// kept as was in use at once, some 40 MiB.
  private static let blocks = Mutex(Arena())

  /// Calls `body` with `byteCount` undefined bytes, aligned to a cache line.
  static func withBytes<Result>(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) throws -> Result) rethrows
    -> Result
  {
    // An address crosses the lock: a pointer would belong to what the lock protects.
    let address = blocks.withLock { (try? $0.allocate(byteCount)).map { UInt(bitPattern: $0) } }
    guard let bytes = address.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) else {
      preconditionFailure("no memory for a kernel's scratch of \(byteCount) bytes")
    }
    defer {
      let address = UInt(bitPattern: bytes)
      blocks.withLock { arena in
        if let block = UnsafeMutableRawPointer(bitPattern: address) { arena.release(block, bytes: byteCount) }
      }
    }
    return try body(bytes)
  }

  /// Calls `body` with `count` undefined elements that slabs may share.
  static func withElements<Element, Result>(
    _ type: Element.Type, count: Int, _ body: (SharedElements<Element>) throws -> Result
  ) rethrows -> Result {
    try withBytes(count * MemoryLayout<Element>.stride) { bytes in
      try body(SharedElements(base: bytes.bindMemory(to: type, capacity: count)))
    }
  }
}

extension TensorView {
  /// The memory as elements that slabs may share.
  func shared<Element>(_ type: Element.Type = Element.self) -> SharedElements<Element> {
    SharedElements(base: elements(type))
  }
}

extension KernelCall {
  /// Throws where the first output is neither float32 nor float64.
  func checkFloating(_ op: String) throws { try dispatch(op, on: outputs[0], float32: {}, float64: {}) }

  /// Input `index` where the call has one.
  func input(_ index: Int) -> TensorView? { index < inputs.count ? inputs[index] : nil }
}
