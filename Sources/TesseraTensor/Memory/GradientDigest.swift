/// What one leaf received in a recording, without its values: enough to tell whether two runs agree bit for bit.
public struct GradientDigest: Sendable, Equatable {
  /// The number of the leaf's storage.
  public let leaf: Int
  /// The leaf's shape.
  public let shape: Shape
  /// How often backward added to it.
  public internal(set) var contributions = 0
  /// 64 bits over all contributions' bytes in row-major order; nil for dry tensors, which have none.
  public internal(set) var digest: UInt64?
  /// The root of the sum of all contributions' squares; nil for dry tensors.
  public internal(set) var norm: Double?
  /// The same 64 bits over the leaf's own values, to tell whether two runs started from equal parameters.
  public internal(set) var leafDigest: UInt64?
}

extension GradientDigest {
  init(leaf: Tensor) {
    self.leaf = leaf.storage.id
    shape = leaf.shape
    leafDigest = leaf.contents { ContentDigest.of($0) }
  }

  mutating func add(_ contribution: Tensor) {
    contributions += 1
    guard
      let (bits, squares) = contribution.contents({ bytes in
        (ContentDigest.of(bytes), contribution.dtype.sumOfSquares(bytes))
      })
    else { return }
    digest = ContentDigest.mix((digest ?? 0) &+ bits)
    norm = ((norm ?? 0) * (norm ?? 0) + squares).squareRoot()
  }
}

/// A 64-bit digest of bytes: fast and well mixed, not cryptographic.
enum ContentDigest {
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Four independent lanes, because one multiplication waits for the one before it.
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var (a, b, c, d) = (factor, factor &* 3, factor &* 5, factor &* 7)
    let blocks = bytes.count / 32
    for block in 0..<blocks {
      let at = block * 32
      a = step(a, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      b = step(b, bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
      c = step(c, bytes.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
      d = step(d, bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self))
    }
    for at in (blocks * 32)..<bytes.count { a = step(a, UInt64(bytes[at])) }
    return mix(mix(mix(mix(a ^ UInt64(bytes.count)) &+ b) &+ c) &+ d)
  }

  private static func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word) &* factor
    return product << 29 | product >> 35
  }

  /// Spreads every bit over all 64.
  static func mix(_ value: UInt64) -> UInt64 {
    var value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

extension DType {
  /// Accumulated in double precision; integers have no gradients and give 0.
  fileprivate func sumOfSquares(_ bytes: UnsafeRawBufferPointer) -> Double {
    switch self {
    case .float32: Self.sum(bytes.bindMemory(to: Float.self)) { Double($0) }
    case .float64: Self.sum(bytes.bindMemory(to: Double.self)) { $0 }
    case .bfloat16: Self.sum(bytes.bindMemory(to: UInt16.self)) { Double(HalfFloat.fromBFloat16($0)) }
    case .float16: Self.sum(bytes.bindMemory(to: UInt16.self)) { Double(HalfFloat.fromFloat16($0)) }
    case .int32, .int64, .bool: 0
    }
  }

  private static func sum<Element>(
    _ values: UnsafeBufferPointer<Element>, _ value: (Element) -> Double
  ) -> Double {
    var sums = SIMD8<Double>.zero
    for index in values.indices {
      let next = value(values[index])
      sums[index & 7] += next * next
    }
    return sums.sum()
  }
}

extension Tensor {
  /// Calls `body` with the values in row-major order; nil for a dry tensor.
  ///
  /// Works outside the ledger: what a report needs must not show in the report.
  func contents<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard let buffer = storage.buffer else { return nil }
    if let buffer = buffer as? CPUBuffer { return rowMajor(buffer.pointer, body) }
    let host = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.byteCount, alignment: 64)
    defer { host.deallocate() }
    guard let base = host.baseAddress, (try? engine.backend.download(buffer, into: host)) != nil else {
      return nil
    }
    return rowMajor(base, body)
  }

  private func rowMajor<Result>(
    _ base: UnsafeMutableRawPointer, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let size = dtype.byteCount
    let start = UnsafeRawPointer(base + layout.offset * size)
    let byteCount = shape.count * size
    if layout.isRowMajor { return body(UnsafeRawBufferPointer(start: start, count: byteCount)) }
    let dense = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    defer { dense.deallocate() }
    let origin = Layout(shape: shape, strides: layout.strides)
    let nest = LoopNest([Layout(rowMajor: shape), origin])
    for run in 0..<nest.outerCount {
      let offsets = nest.offsets(ofRun: run)
      for index in 0..<nest.innerCount {
        let (to, from) = (
          offsets[0] + index * nest.innerStrides[0], offsets[1] + index * nest.innerStrides[1]
        )
        dense.baseAddress?.advanced(by: to * size).copyMemory(from: start + from * size, byteCount: size)
      }
    }
    return body(UnsafeRawBufferPointer(dense))
  }
}
