extension Engine {
  /// A tensor of zeros.
  public func zeros(_ shape: Shape, dtype: DType? = nil, purpose: MemoryCategory = .input) throws
    -> Tensor
  {
    try full(shape, 0, dtype: dtype, purpose: purpose)
  }

  /// A tensor of ones.
  public func ones(_ shape: Shape, dtype: DType? = nil, purpose: MemoryCategory = .input) throws -> Tensor {
    try full(shape, 1, dtype: dtype, purpose: purpose)
  }

  /// A tensor with one value everywhere.
  public func full(
    _ shape: Shape, _ value: Double, dtype: DType? = nil, purpose: MemoryCategory = .input
  ) throws -> Tensor {
    let tensor = try run(Fill(TensorSpec(shape, dtype ?? defaultDType), value: value))
    tensor.storage.category = purpose
    return tensor
  }

  /// A tensor with given values in row-major order.
  public func tensor(
    _ values: [Double], _ shape: Shape, dtype: DType? = nil, purpose: MemoryCategory = .input
  )
    throws -> Tensor
  {
    let dtype = dtype ?? defaultDType
    return switch dtype {
    case .float32: try tensor(copying: values.map { Float($0) }, shape, dtype: dtype, purpose: purpose)
    case .float64: try tensor(copying: values, shape, dtype: dtype, purpose: purpose)
    case .int32: try tensor(copying: values.map { Int32($0) }, shape, dtype: dtype, purpose: purpose)
    case .int64: try tensor(copying: values.map { Int64($0) }, shape, dtype: dtype, purpose: purpose)
    case .bool:
      try tensor(copying: values.map { UInt8($0 == 0 ? 0 : 1) }, shape, dtype: dtype, purpose: purpose)
    case .bfloat16:
      try tensor(
        copying: values.map { HalfFloat.toBFloat16(Float($0)) }, shape, dtype: dtype, purpose: purpose)
    case .float16:
      try tensor(copying: values.map { Float16Bits.from(Float($0)) }, shape, dtype: dtype, purpose: purpose)
    }
  }

  /// A tensor with given elements in row-major order; the element type must be the dtype's.
  public func tensor<Element>(
    copying values: [Element], _ shape: Shape, dtype: DType, purpose: MemoryCategory = .input
  ) throws -> Tensor {
    guard values.count == shape.count, MemoryLayout<Element>.stride == dtype.byteCount else {
      throw TensorError.shapeMismatch(
        op: "tensor", expected: "\(values.count) values", got: shape, argument: "the shape")
    }
    let tensor = try allocate(TensorSpec(shape, dtype), purpose: purpose, op: "tensor")
    if let buffer = tensor.storage.buffer {
      try values.withUnsafeBytes { try backend.upload($0, to: buffer) }
      capture?.noteConstant(tensor.storage)
    }
    return tensor
  }
}

extension Tensor {
  /// Overwrites all values, given in row-major order; whoever views this storage sees them.
  public func assign(_ values: [Double]) throws {
    let source = try engine.tensor(values, shape, dtype: dtype, purpose: .temporary)
    try engine.runInPlace(Copy(order: .same), [source], into: self)
  }

  /// A dense copy with its own storage, in the same memory order.
  public func copied() throws -> Tensor { try engine.run(Copy(order: .same), self) }

  /// This storage's first bytes seen as a tensor of that spec, for who uses one piece of memory for several in turn.
  public func memory(as spec: TensorSpec) -> Tensor {
    precondition(spec.byteCount <= storage.byteCount, "a view must not pass the end of its memory")
    var layout = spec.layout.isDense ? spec.layout : Layout(rowMajor: spec.shape)
    layout.offset = 0
    return Tensor(engine: engine, storage: storage, layout: layout, dtype: spec.dtype)
  }
}
