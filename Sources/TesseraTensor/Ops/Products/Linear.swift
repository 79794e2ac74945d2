import CKernels

/// An affine map of the last axis.
///
/// `y = x Wᵀ + b`
///
/// - Shape: `x` is `[…, in]`, `weight` `[out, in]`, `bias` `[out]` or absent, the result `[…, out]`.
/// - Memory: keeps `x` where the weight needs a gradient and the weight where `x` does.
/// - Throws: when the last axis of `x` is not `in`, or the bias is not `[out]`.
public struct Linear: FloatingOp {
  /// `linear`, after PyTorch.
  public static let name = "linear"
  /// For help.
  public static let summary = "x @ weight.T + bias over the last axis."
  /// Input, weight and an optional bias.
  public static let signature = OpSignature(inputs: ["input", "weight", "bias?"], isMethod: false)
  /// With and without bias, and on a single row.
  public static var samples: [OpSample] {
    [
      OpSample(Linear(), .init([3, 7, 12]), .init([20, 12]), .init([20])),
      OpSample(Linear(), .init([4, 5]), .init([3, 5])),
      OpSample(Linear(), .init([6]), .init([2, 6]), .init([2])),
    ]
  }

  /// Makes the op.
  public init() {}
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init() }

  /// `[…, out]`.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let (x, weight) = (inputs[0].shape, inputs[1].shape)
    guard weight.rank == 2 else {
      throw TensorError.wrongRank(op: Self.name, argument: "weight", expected: "[out, in]", shape: weight)
    }
    guard x.rank >= 1, x[x.rank - 1] == weight[1] else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "[…, \(weight[1])] for weight \(weight)", got: x, argument: "input")
    }
    if inputs.count > 2, inputs[2].shape != [weight[0]] {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "\(Shape([weight[0]]))", got: inputs[2].shape, argument: "bias")
    }
    for (index, input) in inputs.enumerated().dropFirst() {
      try input.requireParameter(
        of: inputs[0].dtype, op: Self.name, argument: index == 1 ? "weight" : "bias")
    }
    return [TensorSpec(Shape(x.extents.dropLast() + [weight[0]]), inputs[0].dtype)]
  }

  /// Rows of `x` lie one after another.
  public func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  /// One product over all rows.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, weight, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let rows = y.count / max(1, outputs)
    try call.withParameters([2], as: Element.Real.self) { parameters in
      try Gemm<Element.Real>(
        a: Matrix(x, rows: rows, columns: inputs),
        b: Matrix(weight, rows: outputs, columns: inputs).transposed,
        c: Matrix(y, rows: rows, columns: outputs), bias: parameters[0].map { UnsafePointer($0.base) }
      ).run(call.parallel)
    }
  }

  /// `dx = dy W`, `dW = dyᵀ x`, `db = Σ dy`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let dy = try backward.gradient()
    let engine = backward.engine
    var gradients: [Tensor?] = backward.inputs.map { _ in nil }
    if backward.needs[0] { gradients[0] = try engine.run(LinearInput(), dy, backward.input(1)) }
    if backward.needs[1] {
      gradients[1] = try backward.asParameter(1, engine.run(RowsProduct(), dy, backward.input(0)))
    }
    if backward.needs.count > 2, backward.needs[2] {
      gradients[2] = try backward.asParameter(2, engine.run(ChannelSum(axis: .last), dy))
    }
    return gradients
  }

  /// What the gradients read.
  public func keeps(needs: [Bool]) -> [Kept] { (needs[1] ? [.input(0)] : []) + (needs[0] ? [.input(1)] : []) }

  /// A multiply and an add for every weight and row.
  public func flops(of inputs: [TensorSpec]) -> Int { 2 * inputs[0].shape.count * inputs[1].shape[0] }
}

/// The gradient of ``Linear`` for its input: `y = x W` over the last axis.
///
/// - Shape: `x` is `[…, out]`, `weight` `[out, in]`, the result `[…, in]`.
struct LinearInput: FloatingOp {
  static let name = "linear_backward"
  static let summary = "x @ weight over the last axis."

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(Shape(inputs[0].shape.extents.dropLast() + [inputs[1].shape[1]]), inputs[0].dtype)]
  }

  func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, weight, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let rows = x.count / max(1, outputs)
    try Gemm<Element.Real>(
      a: Matrix(x, rows: rows, columns: outputs), b: Matrix(weight, rows: outputs, columns: inputs),
      c: Matrix(y, rows: rows, columns: inputs)
    ).run(call.parallel)
  }

  func flops(of inputs: [TensorSpec]) -> Int { 2 * inputs[0].shape.count * inputs[1].shape[1] }
}
