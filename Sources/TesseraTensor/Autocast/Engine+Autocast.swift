extension Engine {
  /// The type of the autocast scope that runs, or nil.
  public var autocastDType: DType? { autocast?.dtype }

  /// Runs `body` with products, convolutions and fused ops in `dtype`, bfloat16 or float16.
  ///
  /// Parameters stay as they are and get gradients of their own type. Backward runs outside the scope: each op's
  /// gradient in the types that the op had. A segment replays the casts that it recorded.
  ///
  /// - Memory: fused, whatever the graph keeps of a network's maps has 2 bytes an element. With fusion off it is
  ///   PyTorch's autocast: softmax stays float32 where a float32 bias was added, and its 16-bit copy is kept as well.
  public func autocast<Result>(_ dtype: DType, _ body: () throws -> Result) throws -> Result {
    let undo = try setAutocast(dtype)
    defer { undo() }
    return try body()
  }

  /// Starts a scope, or with nil suspends the one that runs; returns how to put back what was before.
  public func setAutocast(_ dtype: DType?) throws -> () -> Void {
    if let dtype, dtype != .bfloat16, dtype != .float16 {
      throw TensorError.badParameter(
        op: "autocast", name: "dtype", value: dtype.rawValue, rule: "it is bfloat16 or float16")
    }
    let before = autocast
    autocast = dtype.map(AutocastScope.init)
    return { [weak self] in self?.autocast = before }
  }

  /// Runs `body` outside any scope.
  func withoutAutocast<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = autocast
    autocast = nil
    defer { autocast = before }
    return try body()
  }

  /// An op's inputs in the types that the scope wants.
  func autocast(_ inputs: [Tensor], for op: any Op) throws -> [Tensor] {
    guard let autocast, let rule = AutocastRule.rules[type(of: op).name] else { return inputs }
    switch rule {
    case .lowered(let maps):
      return try inputs.enumerated().map { index, input in
        guard input.canAutocast, index < maps || !isFused else { return input }
        return try autocast.lowered(input)
      }
    case .float32: return try inputs.map { $0.canAutocast ? try $0.cast(to: .float32) : $0 }
    case .widest:
      guard inputs.allSatisfy(\.canAutocast) else { return inputs }
      let widest = inputs.dropFirst().reduce(inputs[0].dtype) { DType.promoted($0, $1.dtype) }
      return try inputs.map { try $0.cast(to: widest) }
    }
  }
}

extension Tensor {
  /// PyTorch leaves integers and float64 alone.
  fileprivate var canAutocast: Bool { dtype.isFloatingPoint && dtype != .float64 }

  /// The map as fused layers read it in the scope that runs, so that several of them share one copy; itself outside a
  /// scope, and with fusion off, where PyTorch casts for each op.
  public func autocast() throws -> Tensor {
    guard engine.isFused, canAutocast, let dtype = engine.autocastDType else { return self }
    return try cast(to: dtype)
  }

  /// The values in the type that sums are computed in: 16-bit values in float32.
  public func widened() throws -> Tensor { try cast(to: dtype.accumulation) }
}
