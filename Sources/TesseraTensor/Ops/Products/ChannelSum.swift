import CKernels

/// The sum over every axis but one: the gradient of a bias.
///
/// - Shape: `[…, C, …]` to `[C]`.
/// - Memory: keeps nothing; the result is what the sum is computed in.
struct ChannelSum: FloatingOp {
  static let name = "channel_sum"
  static let summary = "The sum over every axis but one."
  /// The axis that stays: the last one, or channels (axis 1) of a channels-last tensor.
  enum Axis: Sendable { case last, channels }
  let axis: Axis

  /// Rows of one partial sum: a fixed cut, so that bits do not depend on threads.
  private static let slabRows = 8192

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let shape = inputs[0].shape
    return [TensorSpec([shape[axis == .last ? shape.rank - 1 : 1]], inputs[0].dtype.accumulation)]
  }

  func layout(ofInput index: Int) -> LayoutRequirement { axis == .last ? .rowMajor : .channelsLast }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (source, target) = (call.inputs[0].shared(type), call.outputs[0].shared(Element.Real.self))
    let channels = call.outputs[0].count
    let rows = call.inputs[0].count / max(1, channels)
    let slabs = max(1, (rows + Self.slabRows - 1) / Self.slabRows)
    try Scratch.withElements(Element.Real.self, count: slabs * channels) { partials in
      try call.parallel.run(count: slabs, slab: 1) { range in
        for slab in range {
          let first = slab * Self.slabRows
          Element.columnSums(
            Int64(min(Self.slabRows, rows - first)), Int64(channels), source + first * channels,
            Int64(channels), partials + slab * channels)
        }
      }
      Element.Real.sumSlabs(Int64(slabs), Int64(channels), partials.base, target.base, 0, Int64(channels))
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { inputs[0].shape.count }
}
