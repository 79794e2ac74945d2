import CKernels

/// A transposed convolution: the data gradient of a convolution, used to enlarge a map.
///
/// `y[n, o, p · stride + k − padding] += W[i, o, k] x[n, i, p]`, plus `b[o]`
///
/// - Shape: `x` is `[N, in, …]`, `weight` `[in, out, k…]`, `bias` `[out]` or absent; the result is `[N, out, …]` with
///   `(size − 1) stride − 2 padding + k` positions an axis, stored channels-last.
/// - Memory: keeps input and weight.
/// - Throws: when ranks, channels, bias or parameters do not fit.
public struct ConvolutionTranspose: FloatingOp {
  /// `convolution_transpose`.
  public static let name = "convolution_transpose"
  /// For help.
  public static let summary = "A transposed convolution over one to three spatial axes."
  /// Input, weight, an optional bias, stride and padding.
  public static let signature = OpSignature(
    inputs: ["input", "weight", "bias?"],
    parameters: [.optional("stride", .ints, .int(1)), .optional("padding", .ints, .int(0))], isMethod: false)
  /// The doubling of a decoder, and overlapping taps.
  public static var samples: [OpSample] {
    let doubling = ConvolutionTranspose(ConvolutionGeometry(stride: [2]))
    let overlapping = ConvolutionTranspose(ConvolutionGeometry(stride: [2], padding: [1]))
    return [
      OpSample(doubling, .init([2, 4, 3, 4, 5], channelsLast: true), .init([4, 3, 2, 2, 2])),
      OpSample(doubling, .init([2, 4, 3, 5]), .init([4, 3, 2, 2]), .init([3])),
      OpSample(overlapping, .init([1, 3, 4, 3]), .init([3, 9, 3, 3]), .init([9])),
    ]
  }

  /// Strides and padding of the convolution that this transposes.
  public let geometry: ConvolutionGeometry
  /// The result's shape where strides leave it open: as the gradient of a convolution.
  let outputShape: Shape?
  /// Whether the result is added to what lies in its place, for `runInPlace`; else it may also lie over the input.
  let adds: Bool

  /// Makes the op.
  public init(_ geometry: ConvolutionGeometry = ConvolutionGeometry()) {
    self.init(geometry, outputShape: nil)
  }
  init(_ geometry: ConvolutionGeometry, outputShape: Shape?, adds: Bool = false) {
    self.geometry = geometry
    self.outputShape = outputShape
    self.adds = adds
  }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(
      ConvolutionGeometry(stride: try arguments.ints("stride"), padding: try arguments.ints("padding")))
  }

  /// `[N, out, …]`, channels-last.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    if let outputShape {
      return [TensorSpec(layout: Layout(channelsLast: outputShape), dtype: inputs[0].dtype)]
    }
    let (x, weight) = (inputs[0].shape, inputs[1].shape)
    try checkConvolution(Self.name, inputs, inputChannelAxis: 0)
    let kernel = Array(weight.extents.dropFirst(2))
    let resolved = try geometry.resolved(axes: kernel.count, op: Self.name)
    let spatial = kernel.indices.map { axis in
      (x[axis + 2] - 1) * resolved.stride[axis] - 2 * resolved.padding[axis] + kernel[axis]
    }
    guard spatial.allSatisfy({ $0 > 0 }) else {
      throw TensorError.badParameter(
        op: Self.name, name: "padding", value: "\(resolved.padding)", rule: "it leaves nothing of \(x)")
    }
    return [
      TensorSpec(layout: Layout(channelsLast: Shape([x[0], weight[1]] + spatial)), dtype: inputs[0].dtype)
    ]
  }

  /// The input is read channels-last; weights in PyTorch's order.
  public func layout(ofInput index: Int) -> LayoutRequirement { index == 0 ? .channelsLast : .rowMajor }

  /// Gathers every output position from the taps that reach it, so that slabs never meet.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, y) = (call.inputs[0], call.outputs[0])
    let problem = try problem(input: y.shape, output: x.shape, weight: call.inputs[1].shape)
    try call.withParameters([1, 2], as: Element.Real.self) { parameters in
      guard let weight = parameters[0] else { return }
      if let overlapping = OverlappingConvolution(problem, TesseraBackwardData, [x], target: y) {
        return try overlapping.run(type, weight: weight, parallel: call.parallel)
      }
      try ConvolutionRunner.run(
        type, problem, TesseraBackwardData, source: ConvolutionSource(x), weight: weight,
        bias: parameters[1], adds: adds, target: y, parallel: call.parallel)
    }
  }

  func problem(input: Shape, output: Shape, weight: Shape) throws -> TesseraConvolution {
    let kernel = Array(weight.extents.dropFirst(2))
    return try geometry.resolved(axes: kernel.count, op: Self.name)
      .problem(input: input, output: output, kernel: kernel)
  }

  /// The data gradient is the convolution; the weights' is the convolution's with input and gradient exchanged.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let dy = try backward.gradient()
    let engine = backward.engine
    var gradients: [Tensor?] = backward.inputs.map { _ in nil }
    if backward.needs[0] { gradients[0] = try engine.run(Convolution(geometry), dy, backward.input(1)) }
    if backward.needs[1] {
      let op = ConvolutionWeight(geometry, shape: backward.inputs[1].shape)
      gradients[1] = try backward.asParameter(1, engine.run(op, dy, backward.input(0)))
    }
    if backward.needs.count > 2, backward.needs[2] {
      gradients[2] = try backward.asParameter(2, engine.run(ChannelSum(axis: .channels), dy))
    }
    return gradients
  }

  /// PyTorch keeps both whichever gradient is asked for.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0), .input(1)] }

  /// A multiply and an add for every tap of every input position.
  public func flops(of inputs: [TensorSpec]) -> Int {
    inputs[0].shape.count * 2 * inputs[1].shape.count / max(1, inputs[1].shape[0])
  }
}
