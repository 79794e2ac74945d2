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
    let size = call.inputs[0].dtype.byteCount
    let nest = LoopNest([call.outputs[0].layout.atOrigin, call.inputs[0].layout.atOrigin])
    let source = call.inputs[0]
    let target = call.outputs[0]
    try call.parallel.run(count: nest.outerCount, slab: max(1, (1 << 16) / max(1, nest.innerCount))) { runs in
      for run in runs {
        let offsets = nest.offsets(ofRun: run)
        var to = target.pointer + offsets[0] * size
        var from = source.pointer + offsets[1] * size
        let steps = nest.innerStrides
        for _ in 0..<nest.innerCount {
          to.copyMemory(from: from, byteCount: size)
          to += steps[0] * size
          from += steps[1] * size
        }
      }
    }
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
