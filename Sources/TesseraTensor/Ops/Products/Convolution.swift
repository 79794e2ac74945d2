import CKernels

/// A convolution (cross-correlation) over one to three spatial axes.
///
/// `y[n, o, p] = b[o] + Σ over i, k of W[o, i, k] x[n, i, p · stride + k − padding]`
///
/// - Shape: `x` is `[N, in, …]`, `weight` `[out, in, k…]`, `bias` `[out]` or absent; the result is `[N, out, …]` with
///   `⌊(size + 2 padding − k) / stride⌋ + 1` positions an axis, stored channels-last.
/// - Memory: keeps input and weight.
/// - Throws: when ranks, channels, bias or parameters do not fit.
public struct Convolution: FloatingOp {
  /// `convolution`, as PyTorch's ledger calls it.
  public static let name = "convolution"
  /// For help.
  public static let summary = "A convolution over one to three spatial axes."
  /// Input, weight, an optional bias, stride and padding.
  public static let signature = OpSignature(
    inputs: ["input", "weight", "bias?"],
    parameters: [.optional("stride", .ints, .int(1)), .optional("padding", .ints, .int(0))], isMethod: false)
  /// The shapes a SwinUNETR uses, small, with strides and padding that leave a rest; lines of sixteen and more.
  public static var samples: [OpSample] {
    let padded = Convolution(ConvolutionGeometry(padding: [1]))
    let halving = Convolution(ConvolutionGeometry(stride: [2]))
    let mixed = Convolution(ConvolutionGeometry(stride: [2], padding: [1]))
    return [
      OpSample(
        padded, .init([2, 3, 5, 4, 6], channelsLast: true), .init([4, 3, 3, 3, 3]), .init([4])),
      OpSample(mixed, .init([1, 3, 7, 6, 5], channelsLast: true), .init([9, 3, 3, 3, 3])),
      OpSample(halving, .init([1, 2, 8, 6, 4]), .init([5, 2, 2, 2, 2]), .init([5])),
      OpSample(padded, .init([2, 3, 7, 6]), .init([4, 3, 3, 3])),
      OpSample(padded, .init([1, 12, 3, 2, 17], channelsLast: true), .init([9, 12, 3, 3, 3]), .init([9])),
      OpSample(padded, .init([2, 13, 3, 16]), .init([8, 13, 3, 3])),
      OpSample(Convolution(), .init([1, 12, 2, 22]), .init([17, 12, 1, 3])),
      OpSample(Convolution(), .init([2, 5, 9]), .init([3, 5, 1]), .init([3])),
    ]
  }

  /// Strides and padding.
  public let geometry: ConvolutionGeometry

  /// Makes the op.
  public init(_ geometry: ConvolutionGeometry = ConvolutionGeometry()) { self.geometry = geometry }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(
      ConvolutionGeometry(stride: try arguments.ints("stride"), padding: try arguments.ints("padding")))
  }

  /// `[N, out, …]`, channels-last.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let (x, weight) = (inputs[0].shape, inputs[1].shape)
    try checkConvolution(Self.name, inputs, inputChannelAxis: 1)
    let kernel = Array(weight.extents.dropFirst(2))
    let resolved = try geometry.resolved(axes: kernel.count, op: Self.name)
    let spatial = try resolved.output(
      input: Array(x.extents.dropFirst(2)), kernel: kernel, op: Self.name)
    return [
      TensorSpec(layout: Layout(channelsLast: Shape([x[0], weight[0]] + spatial)), dtype: inputs[0].dtype)
    ]
  }

  /// The input is read channels-last; weights in PyTorch's order.
  public func layout(ofInput index: Int) -> LayoutRequirement { index == 0 ? .channelsLast : .rowMajor }

  /// Gathers every output position from the taps that reach it.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, y) = (call.inputs[0], call.outputs[0])
    let problem = try problem(input: x.shape, output: y.shape, weight: call.inputs[1].shape)
    try call.withParameters([1, 2], as: Element.Real.self) { parameters in
      guard let weight = parameters[0] else { return }
      try ConvolutionRunner.run(
        type, problem, TesseraForward, source: ConvolutionSource(x), weight: weight, bias: parameters[1],
        target: y, parallel: call.parallel)
    }
  }

  func problem(input: Shape, output: Shape, weight: Shape) throws -> TesseraConvolution {
    let kernel = Array(weight.extents.dropFirst(2))
    return try geometry.resolved(axes: kernel.count, op: Self.name)
      .problem(input: input, output: output, kernel: kernel)
  }

  /// The data gradient is a transposed convolution; the weights collect products over all positions.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let dy = try backward.gradient()
    let engine = backward.engine
    var gradients: [Tensor?] = backward.inputs.map { _ in nil }
    // Fused, the weights come first: the input can go before its gradient is made. PyTorch has the other order.
    if backward.needs[1], engine.isFused { gradients[1] = try weightGradient(backward, dy) }
    if backward.needs[0] {
      let op = ConvolutionTranspose(geometry, outputShape: backward.inputs[0].shape)
      gradients[0] = try engine.withEagerWorkspace(gradient: dy.spec, input: backward.inputs[0]) {
        try engine.run(op, dy, backward.input(1))
      }
    }
    if backward.needs[1], !engine.isFused { gradients[1] = try weightGradient(backward, dy) }
    if backward.needs.count > 2, backward.needs[2] {
      gradients[2] = try backward.asParameter(2, engine.run(ChannelSum(axis: .channels), dy))
    }
    return gradients
  }

  private func weightGradient(_ backward: BackwardCall, _ dy: Tensor) throws -> Tensor {
    let op = ConvolutionWeight(geometry, shape: backward.inputs[1].shape)
    let x = backward.engine.isFused ? try backward.takeInput(0) : try backward.input(0)
    return try backward.asParameter(1, backward.engine.run(op, x, dy))
  }

  /// PyTorch keeps both whichever gradient is asked for.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0), .input(1)] }

  /// A multiply and an add for every tap, padding included.
  public func flops(of inputs: [TensorSpec]) -> Int {
    ((try? results(of: inputs).first?.shape.count) ?? 0) * 2 * inputs[1].shape.count
      / max(1, inputs[1].shape[0])
  }
}

/// Checks what plain and transposed convolutions ask of their inputs.
///
/// - Parameter inputChannelAxis: the axis of the weight that meets the input's channels.
func checkConvolution(_ op: String, _ inputs: [TensorSpec], inputChannelAxis: Int) throws {
  let (x, weight) = (inputs[0].shape, inputs[1].shape)
  guard (3...5).contains(weight.rank) else {
    throw TensorError.wrongRank(
      op: op, argument: "weight", expected: "one to three spatial axes after two of channels", shape: weight)
  }
  guard x.rank == weight.rank else {
    throw TensorError.wrongRank(
      op: op, argument: "input", expected: "[N, C] and \(weight.rank - 2) spatial axes", shape: x)
  }
  guard x[1] == weight[inputChannelAxis] else {
    throw TensorError.shapeMismatch(
      op: op, expected: "\(weight[inputChannelAxis]) channels for weight \(weight)", got: x, argument: "input"
    )
  }
  let outputs = weight[1 - inputChannelAxis]
  if inputs.count > 2, inputs[2].shape != [outputs] {
    throw TensorError.shapeMismatch(
      op: op, expected: "\(Shape([outputs]))", got: inputs[2].shape, argument: "bias")
  }
  for input in inputs.dropFirst() {
    try input.requireParameter(of: inputs[0].dtype, op: op, argument: "weight or bias")
  }
}
