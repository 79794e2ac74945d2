import CKernels

/// A convolution of a map behind its instance norm and a leaky ReLU, which are applied while the map is read.
///
/// `y = conv(lrelu(norm(x)))`
///
/// - Shape: `x` is `[N, in, …]`, `weight` `[out, in, k…]`; the result as ``Convolution``'s.
/// - Memory: keeps `x`, weight, and mean and 1/deviation of every channel. The normalized map is never stored, forward
///   or backward: each thread holds the lines its taps reach.
/// - Throws: when ranks, channels or parameters do not fit.
public struct NormalizedConvolution: FloatingOp {
  /// `normalized_convolution`.
  public static let name = "normalized_convolution"
  /// For help.
  public static let summary = "A convolution of lrelu(instance_norm(input)), applied while it reads."
  /// Input, weight, stride and padding, slope and epsilon.
  public static let signature = OpSignature(
    inputs: ["input", "weight"],
    parameters: [
      .optional("stride", .ints, .int(1)), .optional("padding", .ints, .int(0)),
      .optional("negative_slope", .float, .float(0.01)), .optional("eps", .float, .float(1e-5)),
    ], isMethod: false)
  /// Padding, a stride that leaves a rest, two dimensions, more channels than one unit of the weights.
  public static var samples: [OpSample] {
    let padded = NormalizedConvolution(ConvolutionGeometry(padding: [1]))
    let mixed = NormalizedConvolution(ConvolutionGeometry(stride: [2], padding: [1]), slope: 0.2)
    return [
      OpSample(padded, .init([2, 3, 5, 4, 6], -1.5...2.5, channelsLast: true), .init([4, 3, 3, 3, 3])),
      OpSample(mixed, .init([1, 3, 7, 6, 4], channelsLast: true), .init([9, 3, 3, 3, 3])),
      OpSample(padded, .init([2, 26, 4, 3]), .init([5, 26, 3, 3])),
      OpSample(padded, .init([1, 13, 4, 19]), .init([12, 13, 3, 3])),
    ]
  }

  /// Strides and padding.
  public let geometry: ConvolutionGeometry
  /// Slope of negative values behind the norm.
  public let slope: Double
  /// Added to the variance.
  public let epsilon: Double

  /// Makes the op.
  public init(_ geometry: ConvolutionGeometry, slope: Double = 0.01, epsilon: Double = 1e-5) {
    self.geometry = geometry
    self.slope = slope
    self.epsilon = epsilon
  }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(
      ConvolutionGeometry(stride: try arguments.ints("stride"), padding: try arguments.ints("padding")),
      slope: try arguments.float("negative_slope"), epsilon: try arguments.float("eps"))
  }

  /// The convolution's result, and mean and 1/deviation `[N, in]` of the input, which only backward sees.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let statistics = try InstanceNorm(epsilon: epsilon).results(of: [inputs[0]]).dropFirst()
    return try Convolution(geometry).results(of: inputs) + statistics
  }

  /// Statistics are for backward.
  public var visibleResultCount: Int { 1 }

  /// The input is read channels-last; weights in PyTorch's order.
  public func layout(ofInput index: Int) -> LayoutRequirement { index == 0 ? .channelsLast : .rowMajor }

  /// Statistics, then the convolution.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, y) = (call.inputs[0], call.outputs[0])
    try InstanceVolume(x.shape).statistics(
      of: x.shared(type), epsilon: epsilon, mean: call.outputs[1].shared(Element.Real.self),
      inverseDeviation: call.outputs[2].shared(Element.Real.self), call.parallel)
    let problem = try Convolution(geometry).problem(
      input: x.shape, output: y.shape, weight: call.inputs[1].shape)
    let source = ConvolutionSource(
      x, mean: call.outputs[1], inverseDeviation: call.outputs[2], slope: slope)
    try call.withParameters([1], as: Element.Real.self) { parameters in
      guard let weight = parameters[0] else { return }
      try ConvolutionRunner.run(
        type, problem, TesseraForward, source: source, weight: weight, bias: nil, target: y,
        parallel: call.parallel)
    }
  }

  /// The weights read the input as forward did; the convolution's gradient is written over the incoming one where nobody
  /// else holds that, and the norm's over the convolution's.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let (engine, x) = (backward.engine, try backward.input(0))
    var dy = try backward.takeGradient()
    let (mean, inverseDeviation) = (try backward.result(1), try backward.result(2))
    var gradients: [Tensor?] = [nil, nil]
    if backward.needs[1] {
      let op = ConvolutionWeight(geometry, shape: backward.inputs[1].shape, slope: slope)
      gradients[1] = try backward.asParameter(1, engine.run(op, x, dy, mean, inverseDeviation))
    }
    guard backward.needs[0] else { return gradients }
    let behind = ConvolutionTranspose(geometry, outputShape: x.shape)
    let place = engine.canOverwrite(&dy, as: backward.inputs[0]) ? dy : nil
    let activated = try engine.run(behind, [dy, backward.input(1)], over: [place])[0]
    let norm = InstanceNormBackward(slope: slope)
    gradients[0] = try engine.run(
      norm, [x, mean, inverseDeviation, activated], over: [activated, nil, nil])[0]
    return gradients
  }

  /// Input, weight and statistics.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0), .input(1), .result(1), .result(2)] }

  /// The convolution's, and the norm's.
  public func flops(of inputs: [TensorSpec]) -> Int {
    Convolution(geometry).flops(of: inputs) + 8 * inputs[0].shape.count
  }
}
