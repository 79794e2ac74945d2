import CKernels

/// The sum over axes.
///
/// `y = Σ x`, added in float64 whatever the input's type, in an order that only the shape decides.
///
/// - Parameters: `dim`, the axes, None for all; `keepdim`, whether they stay with extent 1.
/// - Shape: the input's without the axes. Integers and truth values have an int64 sum.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist or is named twice.
public struct Sum: ReductionOp {
  /// `sum`, after PyTorch.
  public static let name = "sum"
  /// For help.
  public static let summary = "The sum over axes."
  /// All axes, each position of one axis, two axes, channels-last.
  public static var samples: [OpSample] {
    [
      OpSample(Sum(), .init([3, 4])), OpSample(Sum(dims: [0]), .init([3, 4])),
      OpSample(Sum(dims: [-1], keepDim: true), .init([2, 3, 4])),
      OpSample(Sum(dims: [0, 2]), .init([2, 3, 4])),
      OpSample(Sum(dims: [0, 2, 3, 4]), .init([2, 3, 2, 2, 2], channelsLast: true)),
      OpSample(Sum(dims: [2, 3]), .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// The axes; nil for all.
  public let dims: [Int]?
  /// Whether the axes stay with extent 1.
  public let keepDim: Bool

  /// Makes the op.
  public init(dims: [Int]? = nil, keepDim: Bool = false) {
    self.dims = dims
    self.keepDim = keepDim
  }

  /// The kept extents.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let dtype = inputs[0].dtype.isFloatingPoint ? inputs[0].dtype : .int64
    return [try inputs[0].reduced(op: Self.name, dims: dims, keepDim: keepDim, dtype: dtype)]
  }

  /// Adds slab by slab.
  public func cpu(_ call: KernelCall) throws {
    let axes = try call.inputs[0].spec.reducedAxes(op: Self.name, dims: dims)
    try call.sum(Self.name, axes: axes)
  }

  /// The gradient, stretched over the axes: a view.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let input = backward.inputs[0]
    let axes = try input.reducedAxes(op: Self.name, dims: dims)
    return [try backward.gradient().stretched(over: axes, to: input.shape)]
  }
}

extension TensorView {
  /// Layout and type.
  var spec: TensorSpec { TensorSpec(layout: layout, dtype: dtype) }
}

extension KernelCall {
  /// Elements a part of a long reduction has: parts are added apart, on any core, and then in order.
  private static let partLength = 1 << 16

  /// Sums the first input over `axes` and divides by `divisor`.
  func sum(_ name: String, axes: [Int], divisor: Double = 1) throws {
    let view = inputs[0]
    let plan = try ReductionPlan(op: name, layout: view.layout, axes: axes)
    if let device {
      let input = try plan.input(view, on: device)
      return try device.issue(.sum(plan.deviceRows, input: input, output: outputs[0], divisor: divisor))
    }
    switch view.dtype {
    case .float32, .bfloat16, .float16: try sum(Float.self, .float32, plan, .float64, divisor)
    case .float64: try sum(Double.self, .float64, plan, .float64, divisor)
    case .int32: try sum(Int32.self, .int32, plan, .int64, divisor)
    case .int64: try sum(Int64.self, .int64, plan, .int64, divisor)
    case .bool: try sum(UInt8.self, .bool, plan, .int64, divisor)
    }
  }

  private func sum<Element: SumKernels>(
    _ element: Element.Type, _ type: DType, _ plan: ReductionPlan, _ totalType: DType, _ divisor: Double
  ) throws {
    let rows = ReductionRows<Element>(plan: plan, view: inputs[0], type: type)
    let (outer, inner) = rows.extents
    let part = max(256, Self.partLength / max(1, inner))
    if plan.reduce <= part {
      return try slabs(of: plan) { results in
        withTotals(Element.Total.self, totalType, results, divisor) { totals in
          rows.read(results) { source, inner, range in
            Element.sum(source, plan.reduce, inner, totals - range.lowerBound, range)
          }
        }
      }
    }
    let parts = (plan.reduce + part - 1) / part
    let partial = Partials<Element.Total>(count: outer * parts * inner)
    try parallel.run(count: outer * parts, slab: 1) { items in
      for item in items {
        let start = item % parts * part
        let elements = start..<min(plan.reduce, start + part)
        rows.read(outer: item / parts, elements) { source in
          Element.sum(source, elements.count, inner, partial.base + item * inner, 0..<inner)
        }
      }
    }
    try parallel.run(count: outer * inner, slab: max(1, Walk.slab / parts)) { results in
      withTotals(Element.Total.self, totalType, results, divisor) { totals in
        Element.Total.sum(partial.base, parts, inner, totals - results.lowerBound, results)
      }
    }
  }

  /// Lets `body` write the totals of some results, divides them, and rounds them into the output.
  private func withTotals<Total: SumKernels>(
    _ total: Total.Type, _ type: DType, _ results: Range<Int>, _ divisor: Double,
    _ body: (UnsafeMutablePointer<Total>) -> Void
  ) {
    let totals = UnsafeMutablePointer<Total>.allocate(capacity: results.count)
    defer { totals.deallocate() }
    body(totals)
    for index in 0..<results.count where divisor != 1 { totals[index].divide(by: divisor) }
    let output = outputs[0]
    ck_cast(
      type.kernelType, output.dtype.kernelType, 1, [Int64(results.count)], totals, [1],
      output.pointer + results.lowerBound * output.dtype.byteCount, [1], 0, Int64(results.count))
  }
}

/// Totals of the parts of a long reduction.
///
/// Sendable by hand: parts on several threads write disjoint elements.
private final class Partials<Total>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Total>
  init(count: Int) { base = .allocate(capacity: max(1, count)) }
  deinit { base.deallocate() }
}
