import CKernels

/// What finding the largest element and finding the smallest have in common.
protocol ExtremumOp: Op {
  var dim: Int? { get }
  var keepDim: Bool { get }
}

/// A tensor and an axis; None reduces all elements.
let extremumSignature = OpSignature(
  inputs: ["input"], parameters: [.optional("dim", .int, .none), .optional("keepdim", .bool, .bool(false))])

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
