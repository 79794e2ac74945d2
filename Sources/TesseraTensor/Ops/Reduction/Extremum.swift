import CKernels

/// What finding the largest element and finding the smallest have in common.
public protocol ExtremumOp: Op {
  /// Which of the two is looked for.
  static var extremum: CKExtremum { get }
  /// The axis; nil for all elements.
  var dim: Int? { get }
  /// Whether the axis stays with extent 1.
  var keepDim: Bool { get }
  /// Makes the op.
  init(dim: Int?, keepDim: Bool)
}

extension ExtremumOp {
  /// A tensor and an axis; None reduces all elements.
  public static var signature: OpSignature {
    OpSignature(
      inputs: ["input"],
      parameters: [.optional("dim", .int, .none), .optional("keepdim", .bool, .bool(false))])
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(dim: try arguments.dim("dim"), keepDim: try arguments.bool("keepdim"))
  }

  /// One comparison an element.
  public func flops(of inputs: [TensorSpec]) -> Int { inputs[0].shape.count }

  fileprivate static func sample(dim: Int? = nil, keepDim: Bool = false, _ input: OpSample.Input) -> OpSample
  {
    OpSample(Self(dim: dim, keepDim: keepDim), input)
  }
}

/// The element itself, and along an axis its position too.
public protocol ExtremeValueOp: ExtremumOp {}

extension ExtremeValueOp {
  /// All elements, each axis.
  public static var samples: [OpSample] {
    [
      sample(.init([3, 4])), sample(dim: 0, .init([3, 4])), sample(dim: -1, keepDim: true, .init([2, 3, 4])),
      sample(dim: 1, .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }

  /// Values, and positions along an axis.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let values = try extremumSpec(inputs[0])
    return dim == nil ? [values] : [values, TensorSpec(layout: values.layout, dtype: .int64)]
  }

  /// Both results are for the caller.
  public var visibleResultCount: Int { dim == nil ? 1 : 2 }

  /// Finds values and positions in one pass.
  public func cpu(_ call: KernelCall) throws {
    try call.extremum(
      Self.name, Self.extremum, dim: dim, values: call.outputs[0],
      positions: dim == nil ? nil : call.outputs[1])
  }

  /// Positions along an axis; without one, elements are compared with the result again.
  public func keeps(needs: [Bool]) -> [Kept] { dim == nil ? [.input(0), .result(0)] : [.result(1)] }

  /// The gradient goes to the position; over all elements, equal ones share it.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] { [try extremumGradient(backward)] }
}

/// Where the element is.
public protocol ExtremePositionOp: ExtremumOp {}

extension ExtremePositionOp {
  /// All elements, each axis.
  public static var samples: [OpSample] {
    [
      sample(.init([3, 4])), sample(dim: 0, .init([3, 4])),
      sample(dim: 1, keepDim: true, .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }

  /// Positions.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(layout: try extremumSpec(inputs[0]).layout, dtype: .int64)]
  }

  /// Positions over all elements count in row-major order.
  public func layout(ofInput index: Int) -> LayoutRequirement { dim == nil ? .rowMajor : .any }

  /// Finds the positions.
  public func cpu(_ call: KernelCall) throws {
    try call.extremum(Self.name, Self.extremum, dim: dim, values: nil, positions: call.outputs[0])
  }

  /// Positions have no slope.
  public var isDifferentiable: Bool { false }
}

extension OpArguments {
  /// An axis, or nil for None.
  func dim(_ name: String) throws -> Int? {
    guard let axes = try dims(name) else { return nil }
    guard axes.count == 1 else {
      throw TensorError.badParameter(op: op, name: name, value: "\(axes)", rule: "it takes one dim or None")
    }
    return axes[0]
  }
}

extension ExtremumOp {
  /// The values' spec; nothing has no largest element.
  func extremumSpec(_ input: TensorSpec) throws -> TensorSpec {
    try input.requireNumeric(op: Self.name)
    let axes = try input.reducedAxes(op: Self.name, dims: dim.map { [$0] })
    guard axes.allSatisfy({ input.shape[$0] > 0 }) else {
      throw TensorError.badParameter(
        op: Self.name, name: "dim", value: dim.map(String.init) ?? "None",
        rule: "\(input.shape) is empty there")
    }
    return try input.reduced(op: Self.name, dims: dim.map { [$0] }, keepDim: keepDim)
  }

  /// Along an axis the gradient goes to the kept position; over all elements, equal ones share it.
  func extremumGradient(_ backward: BackwardCall) throws -> Tensor {
    let engine = backward.engine
    let gradient = try backward.gradient()
    let input = backward.inputs[0]
    if let dim {
      guard input.shape.rank > 0 else { return gradient }
      let axis = try input.shape.axis(dim, op: Self.name)
      let positions = try backward.result(1)
      let scatter = ScatterAdd(dim: axis, size: input.shape[axis])
      if keepDim { return try engine.run(scatter, gradient, positions) }
      return try engine.run(scatter, gradient.unsqueezed(dim: axis), positions.unsqueezed(dim: axis))
    }
    let hits = try engine.run(Equal(), backward.input(0), backward.result())
    let weights = try engine.run(Cast(to: input.dtype), hits)
    let share = try engine.run(Divide(), gradient, engine.run(Sum(), weights))
    return try engine.run(Multiply(), weights, share)
  }
}

extension KernelCall {
  /// Finds the first input's extremes along `dim`, or over everything: values, positions, or both.
  func extremum(
    _ name: String, _ which: CKExtremum, dim: Int?, values: TensorView?, positions: TensorView?
  ) throws {
    let view = inputs[0]
    let axes = try view.spec.reducedAxes(op: name, dims: dim.map { [$0] })
    let plan = try ReductionPlan(op: name, layout: view.layout, axes: axes)
    if let device {
      let input = try plan.input(view, on: device)
      return try device.issue(
        .extremum(which, plan.deviceRows, input: input, values: values, positions: positions))
    }
    switch view.dtype {
    case .float32: try extremum(Float.self, .float32, which, plan, values, positions)
    case .float64: try extremum(Double.self, .float64, which, plan, values, positions)
    case .int32: try extremum(Int32.self, .int32, which, plan, values, positions)
    case .int64: try extremum(Int64.self, .int64, which, plan, values, positions)
    case .bfloat16, .float16: try extremum(Float.self, .float32, which, plan, values, positions)
    case .bool:
      throw TensorError.wrongDType(op: name, argument: "input", expected: "a number type", got: .bool)
    }
  }

  private func extremum<Element: ExtremumKernels>(
    _ element: Element.Type, _ type: DType, _ which: CKExtremum, _ plan: ReductionPlan, _ values: TensorView?,
    _ positions: TensorView?
  ) throws {
    let rows = ReductionRows<Element>(plan: plan, view: inputs[0], type: type)
    try slabs(of: plan) { results in
      let found = UnsafeMutablePointer<Element>.allocate(capacity: results.count)
      defer { found.deallocate() }
      rows.read(results) { source, inner, range in
        let indices = positions.map { $0.elements(Int64.self) + results.lowerBound - range.lowerBound }
        Element.extremum(which, source, plan.reduce, inner, found - range.lowerBound, indices, range)
      }
      if let values {
        let count = Int64(results.count)
        ck_cast(
          type.kernelType, values.dtype.kernelType, 1, [count], found, [1],
          values.pointer + results.lowerBound * values.dtype.byteCount, [1], 0, count)
      }
    }
  }
}
