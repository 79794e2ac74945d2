import CKernels

/// Normalization of every channel of every image to mean 0 and variance 1 over space.
///
/// `y = (x − mean) / √(variance + ε) · weight + bias`, with the biased variance; fused with a leaky ReLU where a slope
/// is given.
///
/// - Shape: `x` is `[N, C, …]`, `weight` and `bias` `[C]` or absent; the result has the shape of `x`, channels-last.
/// - Memory: keeps input, weight, and mean and 1/deviation of every channel; with a slope the bias too, and neither the
///   normalized values nor the activation: their signs are made again.
/// - Throws: when there is one position per channel, or weight or bias is not `[C]`.
public struct InstanceNorm: FloatingOp {
  /// `instance_norm`, after PyTorch.
  public static let name = "instance_norm"
  /// For help.
  public static let summary = "Channels of each image with mean 0 and variance 1 over space."
  /// Input, optional weight and bias, epsilon.
  public static let signature = OpSignature(
    inputs: ["input", "weight?", "bias?"], parameters: [.optional("eps", .float, .float(1e-5))],
    isMethod: false)
  /// Plain, affine, with activation, in two and three dimensions.
  public static var samples: [OpSample] {
    [
      OpSample(InstanceNorm(), .init([2, 3, 5, 4, 6], -1.5...2.5, channelsLast: true)),
      OpSample(InstanceNorm(), .init([2, 5, 4, 6]), .init([5], 0.9...1.1), .init([5])),
      OpSample(InstanceNorm(slope: 0.01), .init([2, 3, 5, 4, 6], channelsLast: true)),
      OpSample(InstanceNorm(slope: 0.1), .init([1, 70, 9]), .init([70], 0.9...1.1), .init([70])),
    ]
  }

  /// Added to the variance.
  public let epsilon: Double
  /// Slope of negative values after the normalization; 1 leaves them.
  public let slope: Double
  /// Whether the caller sees mean and 1/deviation too.
  let showsStatistics: Bool

  /// Makes the op.
  public init(epsilon: Double = 1e-5, slope: Double = 1) {
    self.init(epsilon: epsilon, slope: slope, showsStatistics: false)
  }

  init(epsilon: Double, slope: Double = 1, showsStatistics: Bool) {
    self.epsilon = epsilon
    self.slope = slope
    self.showsStatistics = showsStatistics
  }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(epsilon: try arguments.float("eps")) }

  /// The result, and mean and 1/deviation `[N, C]`, which few but backward see.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.rank >= 3 else {
      throw TensorError.wrongRank(
        op: Self.name, argument: "input", expected: "[N, C] and at least one spatial axis", shape: shape)
    }
    guard shape.extents.dropFirst(2).reduce(1, *) > 1 else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "more than one spatial element", got: shape, argument: "input")
    }
    for (index, input) in inputs.enumerated().dropFirst() {
      let argument = index == 1 ? "weight" : "bias"
      guard input.shape == [shape[1]] else {
        throw TensorError.shapeMismatch(
          op: Self.name, expected: "\(Shape([shape[1]]))", got: input.shape, argument: argument)
      }
      try input.requireParameter(of: inputs[0].dtype, op: Self.name, argument: argument)
    }
    let statistics = TensorSpec([shape[0], shape[1]], inputs[0].dtype.accumulation)
    return [TensorSpec(layout: Layout(channelsLast: shape), dtype: inputs[0].dtype), statistics, statistics]
  }

  /// Statistics are for backward, unless a caller averages them; no gradient flows through them.
  public var visibleResultCount: Int { showsStatistics ? 3 : 1 }

  /// Neighbouring channels are normalized together.
  public func layout(ofInput index: Int) -> LayoutRequirement { index == 0 ? .channelsLast : .rowMajor }

  /// Sums in fixed slabs of positions, then one pass that applies them.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let volume = InstanceVolume(call.inputs[0].shape)
    let (x, y) = (call.inputs[0].shared(type), call.outputs[0].shared(type))
    let (mean, rstd) = (call.outputs[1].shared(Element.Real.self), call.outputs[2].shared(Element.Real.self))
    let (channels, slope) = (volume.channels, Element.Real(slope))
    try volume.statistics(of: x, epsilon: epsilon, mean: mean, inverseDeviation: rstd, call.parallel)
    try call.withParameters([1, 2], as: Element.Real.self) { parameters in
      let (weight, bias) = (parameters[0], parameters[1])
      for image in 0..<volume.images {
        let (start, row) = volume.start(of: image)
        try volume.run(call.parallel) { _, range in
          let at = start + range.lowerBound * channels
          Element.normalization.apply(
            Int64(range.count), Int64(channels), x + at, mean + row, rstd + row, weight?.base, bias?.base,
            slope, y + at)
        }
      }
    }
  }

  /// With `g` the gradient behind the activation: `dx = weight / deviation · (g − mean(g) − x̂ mean(g x̂))`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let parameters = try (1..<backward.inputs.count).map { index in
      index == 1 || slope != 1 ? try backward.input(index) : nil
    }.compactMap { $0 }
    let inputs = [
      try backward.input(0), try backward.result(1), try backward.result(2), try backward.gradient(),
    ]
    let results = try backward.engine.run(InstanceNormBackward(slope: slope), inputs + parameters)
    return try backward.inputs.indices.map { index in
      backward.needs[index] ? try backward.asParameter(index, results[index]) : nil
    }
  }

  /// What PyTorch saves; the bias only where signs are made again.
  public func keeps(needs: [Bool]) -> [Kept] {
    [.input(0), .result(1), .result(2)] + (needs.count > 1 ? [.input(1)] : [])
      + (needs.count > 2 && slope != 1 ? [.input(2)] : [])
  }

  /// Sums, variance, scale and shift.
  public func flops(of inputs: [TensorSpec]) -> Int { 8 * inputs[0].shape.count }
}

/// The gradients of ``InstanceNorm`` for input, weight and bias, from input, mean, 1/deviation, gradient and, where there
/// are any, weight and bias; the input's may lie where the gradient does.
struct InstanceNormBackward: FloatingOp {
  static let name = "instance_norm_backward"
  static let summary = "The gradients of instance_norm."
  let slope: Double

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let parameter = TensorSpec([inputs[0].shape[1]], inputs[0].dtype.accumulation)
    return [
      TensorSpec(layout: Layout(channelsLast: inputs[0].shape), dtype: inputs[0].dtype), parameter, parameter,
    ]
  }

  var visibleResultCount: Int { 3 }

  func layout(ofInput index: Int) -> LayoutRequirement {
    index == 0 || index == 3 ? .channelsLast : .rowMajor
  }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let volume = InstanceVolume(call.inputs[0].shape)
    var totals = [Double](repeating: 0, count: 2 * volume.channels)
    try call.withParameters([4, 5], as: Element.Real.self) { parameters in
      for image in 0..<volume.images {
        let sums = try differentiate(call, type, volume, image, weight: parameters[0], bias: parameters[1])
        for index in totals.indices { totals[index] += sums[index] }
      }
    }
    for channel in 0..<volume.channels {
      call.outputs[1].elements(Element.Real.self)[channel] = Element.Real(totals[volume.channels + channel])
      call.outputs[2].elements(Element.Real.self)[channel] = Element.Real(totals[channel])
    }
  }

  /// Fills one image's part of dx; returns its sums of the gradient behind the activation, alone and times x̂.
  private func differentiate<Element: NormalizationElement>(
    _ call: KernelCall, _ type: Element.Type, _ volume: InstanceVolume, _ image: Int,
    weight: SharedElements<Element.Real>?, bias: SharedElements<Element.Real>?
  ) throws -> [Double] {
    let (start, row) = volume.start(of: image)
    let (x, dy) = (call.inputs[0].shared(type).from(start), call.inputs[3].shared(type).from(start))
    let dx = call.outputs[0].shared(type).from(start)
    let mean = call.inputs[1].shared(Element.Real.self).from(row)
    let rstd = call.inputs[2].shared(Element.Real.self).from(row)
    let (channels, width, slope) = (volume.channels, 2 * volume.channels, Element.Real(slope))
    return try Scratch.withElements(Double.self, count: (volume.slabs + 1) * width) { sums in
      let means = sums.from(volume.slabs * width)
      try volume.run(call.parallel) { slab, range in
        let at = range.lowerBound * channels
        Element.normalization.gradientSums(
          Int64(range.count), Int64(channels), x + at, mean.base, rstd.base, weight?.base, bias?.base, slope,
          dy + at,
          sums + slab * width)
      }
      Double.sumSlabs(Int64(volume.slabs), Int64(width), sums.base, means.base, 0, Int64(width))
      let totals = (0..<width).map { means.base[$0] }
      for index in 0..<width { means.base[index] /= Double(volume.positions) }
      try volume.run(call.parallel) { _, range in
        let at = range.lowerBound * channels
        Element.normalization.backward(
          Int64(range.count), Int64(channels), x + at, mean.base, rstd.base, weight?.base, bias?.base, slope,
          dy + at,
          means.base, dx + at)
      }
      return totals
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 16 * inputs[0].shape.count }
}
