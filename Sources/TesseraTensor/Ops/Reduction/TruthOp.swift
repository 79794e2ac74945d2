import CKernels

/// A question about truth values along axes: whether all of them are true, or any.
public protocol TruthOp: ReductionOp {
  /// Whether every element must be true, or one is enough.
  static var asksForAll: Bool { get }
}

extension TruthOp {
  /// All axes, one axis.
  public static var samples: [OpSample] {
    [
      OpSample(Self(dims: nil, keepDim: false), .init([3, 4], 0...1, dtype: .bool)),
      OpSample(Self(dims: [0], keepDim: false), .init([2, 4], 0...1, dtype: .bool)),
      OpSample(Self(dims: [1], keepDim: true), .init([4, 2], 0...1, dtype: .bool)),
    ]
  }

  /// The kept extents.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try inputs[0].require(.bool, op: Self.name, argument: "input")
    return [try inputs[0].reduced(op: Self.name, dims: dims, keepDim: keepDim)]
  }

  /// Looks at each result's elements until one decides.
  public func cpu(_ call: KernelCall) throws {
    let (input, output) = (call.inputs[0], call.outputs[0])
    let axes = try input.spec.reducedAxes(op: Self.name, dims: dims)
    let plan = try ReductionPlan(op: Self.name, layout: input.layout, axes: axes)
    if let device = call.device {
      return try device.issue(
        .truth(
          all: Self.asksForAll, plan.deviceRows, input: plan.input(input, on: device), output: output))
    }
    let kernel = Self.asksForAll ? ck_all : ck_any
    let rows = ReductionRows<UInt8>(plan: plan, view: input, type: .bool)
    try call.slabs(of: plan) { results in
      rows.read(results) { source, inner, range in
        kernel(
          source, Int64(plan.reduce), Int64(inner),
          output.elements(UInt8.self) + results.lowerBound - range.lowerBound, Int64(range.lowerBound),
          Int64(range.upperBound))
      }
    }
  }

  /// Answers have no slope.
  public var isDifferentiable: Bool { false }
}
