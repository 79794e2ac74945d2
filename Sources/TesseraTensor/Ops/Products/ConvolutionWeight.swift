import CKernels

/// The gradient of a convolution's weights.
///
/// `dW[o, i, k] = Σ over n, p of dy[n, o, p] x[n, i, p · stride + k − padding]`
///
/// - Shape: `x` is the convolution's input, `dy` the gradient of its output; the result has the weights' shape, in the
///   type that its sums are computed in. With
///   mean and 1/deviation of x, `[N, C]` each, x is normalized and activated on its way in.
/// - Memory: keeps nothing, and never makes the normalized map.
struct ConvolutionWeight: FloatingOp {
  static let name = "convolution_backward_weight"
  static let summary = "The gradient of a convolution's weights."
  let geometry: ConvolutionGeometry
  let shape: Shape
  /// Slope of negative values behind the norm, where there is one.
  let slope: Double

  init(_ geometry: ConvolutionGeometry, shape: Shape, slope: Double = 1) {
    self.geometry = geometry
    self.shape = shape
    self.slope = slope
  }

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(shape, inputs[0].dtype.accumulation)]
  }

  func layout(ofInput index: Int) -> LayoutRequirement { index < 2 ? .channelsLast : .rowMajor }

  func cpu(_ call: KernelCall) throws { try call.compute(self) }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, dy, dw) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let problem = try problem(input: x.shape, output: dy.shape)
    let source =
      call.inputs.count > 2
      ? ConvolutionSource(x, mean: call.inputs[2], inverseDeviation: call.inputs[3], slope: slope)
      : ConvolutionSource(x)
    try ConvolutionRunner.weightGradient(type, problem, x: source, dy: dy, dw: dw, parallel: call.parallel)
  }

  func problem(input: Shape, output: Shape) throws -> TesseraConvolution {
    let kernel = Array(shape.extents.dropFirst(2))
    return try geometry.resolved(axes: kernel.count, op: Self.name)
      .problem(input: input, output: output, kernel: kernel)
  }

  func flops(of inputs: [TensorSpec]) -> Int {
    inputs[1].shape.count * 2 * shape.count / max(1, shape[0])
  }
}
