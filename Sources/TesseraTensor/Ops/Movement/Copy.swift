import CKernels

/// A dense copy of a tensor in a chosen memory order.
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
public struct Copy: Op {
  /// The memory order of the result.
  public enum Order: Sendable { case rowMajor, channelsLast, same }

  /// `contiguous`, after PyTorch.
  public static let name = "contiguous"
  /// For help.
  public static let summary = "A dense copy; a visible event in the ledger."
  /// Both memory orders, from both.
  public static var samples: [OpSample] {
    [
      OpSample(Copy(order: .channelsLast), .init([2, 3, 2, 3, 4])),
      OpSample(Copy(order: .rowMajor), .init([2, 3, 2, 3, 4], channelsLast: true)),
    ]
  }
  /// The memory order of the result.
  public let order: Order

  /// Makes a copy into `order`.
  public init(order: Order) { self.order = order }

  /// The input's shape in the chosen order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let input = inputs[0]
    let layout: Layout =
      switch order {
      case .rowMajor: Layout(rowMajor: input.shape)
      case .channelsLast: Layout(channelsLast: input.shape)
      case .same: input.layout.dense(for: input.shape)
      }
    return [TensorSpec(layout: layout, dtype: input.dtype)]
  }

  /// Walks both layouts together.
  public func cpu(_ call: KernelCall) throws {
    try call.copy(
      Self.name, call.inputs[0], call.inputs[0].layout, to: call.outputs[0], call.outputs[0].layout)
  }

  /// The gradient passes through.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] { [try backward.gradient()] }
  /// Copies compute nothing.
  public func flops(of inputs: [TensorSpec]) -> Int { 0 }
}

extension Layout {
  /// The same strides with the offset removed: a `TensorView` has already added it.
  var atOrigin: Layout { Layout(shape: shape, strides: strides) }
}

extension KernelCall {
  /// Copies part of `source` to an equally shaped part of `target`, slab by slab.
  ///
  /// The parts' offsets count from the same origin as those of the views' own layouts.
  func copy(
    _ name: String, _ source: TensorView, _ from: Layout, to target: TensorView, _ to: Layout
  ) throws {
    if let device {
      return try device.issue(
        .elementwise(.copy, output: target.viewed(as: to), inputs: [source.viewed(as: from)]))
    }
    let walk = try Walk(op: name, [to.atOrigin, from.atOrigin])
    let size = target.dtype.byteCount
    let (fromOffset, toOffset) = (
      (from.offset - source.layout.offset) * size, (to.offset - target.layout.offset) * size
    )
    try slabs(of: walk) { range in
      let loops = Loops(walk, range)
      ck_copy(
        Int32(size), loops.rank, loops.shape, source.pointer + fromOffset, loops.strides[1],
        target.pointer + toOffset, loops.strides[0], loops.begin, loops.end)
    }
  }

  /// Writes one value over a part of `target`.
  func fill(_ name: String, _ value: Double, _ target: TensorView, _ to: Layout) throws {
    if let device {
      return try device.issue(.elementwise(.fill(value), output: target.viewed(as: to), inputs: []))
    }
    let walk = try Walk(op: name, [to.atOrigin])
    let size = target.dtype.byteCount
    let offset = (to.offset - target.layout.offset) * size
    let element = ElementBits(value, as: target.dtype)
    try slabs(of: walk) { range in
      let loops = Loops(walk, range)
      element.withPointer { pointer in
        ck_fill(
          Int32(size), pointer, loops.rank, loops.shape, target.pointer + offset, loops.strides[0],
          loops.begin, loops.end)
      }
    }
  }
}
