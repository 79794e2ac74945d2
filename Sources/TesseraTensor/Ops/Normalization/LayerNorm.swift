import CKernels

/// Normalization of the last axis to mean 0 and variance 1, then an optional scale and shift.
///
/// `y = (x − mean) / √(variance + ε) · weight + bias`, with the biased variance
///
/// - Shape: `x` is `[…, C]`, `weight` and `bias` `[C]` or absent; the result has the shape of `x`.
/// - Memory: keeps input, weight, and mean and 1/deviation of every row.
/// - Throws: when weight or bias is not `[C]`.
public struct LayerNorm: FloatingOp {
  /// `layer_norm`, after PyTorch.
  public static let name = "layer_norm"
  /// For help.
  public static let summary = "Rows of the last axis with mean 0 and variance 1."
  /// Input, optional weight and bias, epsilon.
  public static let signature = OpSignature(
    inputs: ["input", "weight?", "bias?"], parameters: [.optional("eps", .float, .float(1e-5))],
    isMethod: false)
  /// With and without weights, with rows longer and shorter than a vector.
  public static var samples: [OpSample] {
    [
      OpSample(LayerNorm(), .init([2, 3, 5, 12], -1.5...2.5), .init([12], 0.9...1.1), .init([12])),
      OpSample(LayerNorm(), .init([3, 50], -1.5...2.5)), OpSample(LayerNorm(), .init([2, 33]), .init([33])),
    ]
  }

  /// Added to the variance.
  public let epsilon: Double

  /// Makes the op.
  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(epsilon: try arguments.float("eps")) }

  /// The result, and mean and 1/deviation of every row, which only backward sees.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.rank >= 1 else {
      throw TensorError.wrongRank(
        op: Self.name, argument: "input", expected: "at least one axis", shape: shape)
    }
    let width = shape[shape.rank - 1]
    for (index, input) in inputs.enumerated().dropFirst() {
      let argument = index == 1 ? "weight" : "bias"
      guard input.shape == [width] else {
        throw TensorError.shapeMismatch(
          op: Self.name, expected: "\(Shape([width]))", got: input.shape, argument: argument)
      }
      try input.requireParameter(of: inputs[0].dtype, op: Self.name, argument: argument)
    }
    let rows = TensorSpec(Shape(shape.extents.dropLast() + [1]), inputs[0].dtype.accumulation)
    return [TensorSpec(shape, inputs[0].dtype), rows, rows]
  }

  /// Statistics are for backward.
  public var visibleResultCount: Int { 1 }

  /// Rows lie one after another.
  public func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  /// Two passes over each row while it is in cache.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let width = call.inputs[0].shape.extents.last ?? 1
    let (x, y) = (call.inputs[0].shared(type), call.outputs[0].shared(type))
    let (mean, rstd) = (call.outputs[1].shared(Element.Real.self), call.outputs[2].shared(Element.Real.self))
    try call.withParameters([1, 2], as: Element.Real.self) { parameters in
      let (weight, bias) = (parameters[0], parameters[1])
      try call.parallel.run(count: call.outputs[1].count, slab: max(1, (1 << 18) / max(1, width))) { rows in
        let (first, start) = (rows.lowerBound, rows.lowerBound * width)
        Element.normalization.layer(
          Int64(rows.count), Int64(width), epsilon, x + start, weight?.base, bias?.base, y + start,
          mean + first, rstd + first)
      }
    }
  }

  /// With `g = dy weight` and `x̂` normalized: `dx = (g − mean(g) − x̂ mean(g x̂)) / deviation`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let engine = backward.engine
    let dy = try backward.gradient()
    let saved = [try backward.input(0), try backward.result(1), try backward.result(2)]
    var gradients: [Tensor?] = backward.inputs.map { _ in nil }
    if backward.needs[0] {
      let weight = backward.inputs.count > 1 ? [try backward.input(1)] : []
      gradients[0] = try engine.run(LayerNormBackward(), saved + [dy] + weight)[0]
    }
    if backward.needs.dropFirst().contains(true) {
      let both = try engine.run(LayerNormParameters(), saved + [dy])
      for index in 1..<backward.inputs.count where backward.needs[index] {
        gradients[index] = try backward.asParameter(index, both[index - 1])
      }
    }
    return gradients
  }

  /// What PyTorch saves.
  public func keeps(needs: [Bool]) -> [Kept] {
    [.input(0), .result(1), .result(2)] + (needs.count > 1 ? [.input(1)] : [])
  }

  /// Mean, variance, scale and shift.
  public func flops(of inputs: [TensorSpec]) -> Int { 8 * inputs[0].shape.count }
}

/// The gradient of ``LayerNorm`` for its input, from input, mean, 1/deviation, gradient and an optional weight.
struct LayerNormBackward: FloatingOp {
  static let name = "layer_norm_backward"
  static let summary = "The gradient of layer_norm for its input."

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let width = call.inputs[0].shape.extents.last ?? 1
    let (x, dy, dx) = (call.inputs[0].shared(type), call.inputs[3].shared(type), call.outputs[0].shared(type))
    let (mean, rstd) = (call.inputs[1].shared(Element.Real.self), call.inputs[2].shared(Element.Real.self))
    try call.withParameters([4], as: Element.Real.self) { parameters in
      let weight = parameters[0]
      try call.parallel.run(count: call.inputs[1].count, slab: max(1, (1 << 18) / max(1, width))) { rows in
        let (first, start) = (rows.lowerBound, rows.lowerBound * width)
        Element.normalization.layerBackward(
          Int64(rows.count), Int64(width), x + start, mean + first, rstd + first, weight?.base, dy + start,
          dx + start)
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 12 * inputs[0].shape.count }
}

/// The gradients of ``LayerNorm`` for weight and bias, from input, mean, 1/deviation and gradient.
struct LayerNormParameters: FloatingOp {
  static let name = "layer_norm_backward_parameters"
  static let summary = "The gradients of layer_norm for weight and bias."
  /// Rows of one partial sum: a fixed cut, so that bits do not depend on threads.
  private static let slabRows = 4096

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let spec = TensorSpec([inputs[0].shape.extents.last ?? 1], inputs[0].dtype.accumulation)
    return [spec, spec]
  }

  var visibleResultCount: Int { 2 }

  func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let width = call.outputs[0].count
    let rows = call.inputs[1].count
    let slabs = max(1, (rows + Self.slabRows - 1) / Self.slabRows)
    let (x, dy) = (call.inputs[0].shared(type), call.inputs[3].shared(type))
    let (mean, rstd) = (call.inputs[1].shared(Element.Real.self), call.inputs[2].shared(Element.Real.self))
    try Scratch.withElements(Element.Real.self, count: 2 * slabs * width) { partials in
      try call.parallel.run(count: slabs, slab: 1) { range in
        for slab in range {
          let first = slab * Self.slabRows
          Element.normalization.layerParameters(
            Int64(min(Self.slabRows, rows - first)), Int64(width), x + first * width, mean + first,
            rstd + first, dy + first * width, partials + slab * width, partials + (slabs + slab) * width)
        }
      }
      for (index, output) in call.outputs.enumerated() {
        Element.Real.sumSlabs(
          Int64(slabs), Int64(width), partials + index * slabs * width, output.elements(), 0, Int64(width)
        )
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 5 * inputs[0].shape.count }
}
