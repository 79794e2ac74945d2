extension Tensor {
  /// All values in row-major order, converted to `Double`; exact for every type but int64 beyond 2^53.
  public func doubles() throws -> [Double] {
    let dense = try readable(op: "tolist")
    return try dense.withBytes { bytes in
      switch dtype {
      case .float32: bytes.bindMemory(to: Float.self).map(Double.init)
      case .float64: Array(bytes.bindMemory(to: Double.self))
      case .int32: bytes.bindMemory(to: Int32.self).map(Double.init)
      case .int64: bytes.bindMemory(to: Int64.self).map(Double.init)
      case .bool: bytes.map { $0 == 0 ? 0 : 1 }
      case .bfloat16: bytes.bindMemory(to: UInt16.self).map { Double(HalfFloat.fromBFloat16($0)) }
      case .float16: bytes.bindMemory(to: UInt16.self).map { Double(HalfFloat.fromFloat16($0)) }
      }
    }
  }

  /// All values in row-major order as `Float`.
  public func floats() throws -> [Float] {
    guard dtype == .float32 else { return try doubles().map(Float.init) }
    return try readable(op: "tolist").withBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// All values in row-major order as integers; truncates towards zero.
  public func integers() throws -> [Int] {
    guard dtype == .int64 else { return try doubles().map { Int($0) } }
    return try readable(op: "tolist").withBytes { $0.bindMemory(to: Int64.self).map(Int.init) }
  }

  /// The value of a one-element tensor.
  public func item() throws -> Double {
    guard shape.count == 1 else { throw TensorError.notScalar(op: "item", shape: shape) }
    return try doubles()[0]
  }

  /// The same values on another engine, without their graph.
  public func copied(to other: Engine) throws -> Tensor {
    let copy = try other.allocate(TensorSpec(shape, dtype), purpose: .input, op: "to")
    guard let buffer = copy.storage.buffer else { return copy }
    try readable(op: "to").withBytes { try other.backend.upload($0, to: buffer) }
    return copy
  }

  /// A row-major tensor with the same values that owns exactly its bytes, made only if this one is not so already.
  private func readable(op: String) throws -> Tensor {
    guard !isDry else { throw TensorError.dryValue(op: op) }
    engine.capture?.refuse("a program that reads values: what follows from them would stay as it is now")
    if layout.isRowMajor && layout.offset == 0 { return self }
    return try engine.withoutGradients {
      try engine.outsideSegments { try engine.run(Copy(order: .rowMajor), self) }
    }
  }

  /// Calls `body` with the bytes of a row-major tensor.
  private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let byteCount = shape.count * dtype.byteCount
    if let buffer = storage.buffer as? CPUBuffer {
      return try body(UnsafeRawBufferPointer(start: buffer.pointer, count: byteCount))
    }
    guard let buffer = storage.buffer else { throw TensorError.dryValue(op: "tolist") }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
    defer { bytes.deallocate() }
    try engine.backend.download(buffer, into: bytes)
    return try body(UnsafeRawBufferPointer(bytes))
  }
}

/// Conversions between 16-bit storage and `Float`.
public enum HalfFloat {
  /// bfloat16 is the upper half of a float32.
  public static func fromBFloat16(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// Rounds to nearest even; NaN stays NaN.
  public static func toBFloat16(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7FC0 }
    let bits = value.bitPattern
    return UInt16((bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }

  /// IEEE half precision, subnormals included.
  public static func fromFloat16(_ bits: UInt16) -> Float {
    let sign = UInt32(bits >> 15) << 31
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits) & 0x3FF
    switch exponent {
    case 0: return Float(sign: sign == 0 ? .plus : .minus, exponent: -24, significand: Float(fraction))
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
