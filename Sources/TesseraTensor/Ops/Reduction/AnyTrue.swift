import CKernels

/// Whether any element is true.
///
/// - Parameters: `dim`, the axes, None for all; `keepdim`, whether they stay with extent 1.
/// - Shape: the input's without the axes; truth values.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist or the input holds no truth values.
public struct AnyTrue: Op {
  /// `any`, after PyTorch.
  public static let name = "any"
  /// For help.
  public static let summary = "Whether any element is true."
  /// A tensor and axes.
  public static let signature = OpSignature(
    inputs: ["input"],
    parameters: [.optional("dim", .dims, .none), .optional("keepdim", .bool, .bool(false))])
  /// All axes, one axis.
  public static var samples: [OpSample] {
    [
      OpSample(AnyTrue(), .init([3, 4], 0...1, dtype: .bool)),
      OpSample(AnyTrue(dims: [0]), .init([2, 4], 0...1, dtype: .bool)),
      OpSample(AnyTrue(dims: [1], keepDim: true), .init([4, 2], 0...1, dtype: .bool)),
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

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(dims: try arguments.dims("dim"), keepDim: try arguments.bool("keepdim"))
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
        .truth(all: false, plan.deviceRows, input: plan.input(input, on: device), output: output))
    }
    let rows = ReductionRows<UInt8>(plan: plan, view: input, type: .bool)
    try call.slabs(of: plan) { results in
      rows.read(results) { source, inner, range in
        ck_any(
          source, Int64(plan.reduce), Int64(inner),
          output.elements(UInt8.self) + results.lowerBound - range.lowerBound, Int64(range.lowerBound),
          Int64(range.upperBound))
      }
    }
  }

  /// Answers have no slope.
  public var isDifferentiable: Bool { false }
}
