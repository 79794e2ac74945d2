import Foundation
import TesseraData
import TesseraTensor
import Testing

/// Single ops against PyTorch's float64 results: outputs and every gradient, in both types.
@Suite struct OpReferenceTests {
  /// One case of the reference file: an op, and its inputs by the recipe.
  struct Case: Sendable, CustomTestStringConvertible {
    struct Input: Sendable {
      let name: String
      let shape: Shape
      var amplitude = 1.0
      var offset = 0.0
    }
    let name: String
    let op: any Op
    let inputs: [Input]
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let padded = ConvolutionGeometry(padding: [1])
    let doubling = ConvolutionGeometry(stride: [2])
    func layer(_ name: String, _ op: any Op, _ x: Shape, _ weight: Shape, _ bias: Shape? = nil) -> Case {
      Case(
        name: name, op: op,
        inputs: [.init(name: "x", shape: x), .init(name: "weight", shape: weight)]
          + (bias.map { [.init(name: "bias", shape: $0)] } ?? []))
    }
    func map(_ name: String, _ op: any Op, _ x: Shape, _ amplitude: Double = 1, offset: Double = 0) -> Case {
      Case(name: name, op: op, inputs: [.init(name: "x", shape: x, amplitude: amplitude, offset: offset)])
    }
    return [
      layer("conv3d_k3s1p1", Convolution(padded), [2, 3, 7, 6, 5], [4, 3, 3, 3, 3], [4]),
      layer(
        "conv3d_k3s2p1", Convolution(ConvolutionGeometry(stride: [2], padding: [1])), [1, 3, 7, 6, 5],
        [4, 3, 3, 3, 3]),
      layer("conv3d_k2s2p0", Convolution(doubling), [1, 2, 8, 6, 4], [5, 2, 2, 2, 2], [5]),
      layer("conv3d_k1", Convolution(), [2, 5, 4, 3, 6], [3, 5, 1, 1, 1], [3]),
      layer("conv2d_k3s1p1", Convolution(padded), [2, 3, 7, 6], [4, 3, 3, 3]),
      layer("conv_transpose3d_k2s2", ConvolutionTranspose(doubling), [2, 4, 3, 4, 5], [4, 3, 2, 2, 2]),
      layer("conv_transpose2d_k2s2", ConvolutionTranspose(doubling), [2, 4, 3, 5], [4, 3, 2, 2]),
      layer("linear", Linear(), [3, 7, 12], [20, 12], [20]),
      map("instance_norm3d", InstanceNorm(), [2, 3, 5, 4, 6], 2, offset: 0.5),
      map("layer_norm_noaffine", LayerNorm(), [2, 3, 5, 12], 2, offset: 0.5),
      map("softmax", Softmax(axis: -1), [3, 5, 17], 5),
      map("upsample_trilinear", Interpolate(scaleFactor: 2), [1, 3, 4, 3, 5]),
      map("upsample_trilinear_ac", Interpolate(scaleFactor: 2, alignCorners: true), [1, 3, 4, 3, 5]),
      Case(
        name: "layer_norm", op: LayerNorm(),
        inputs: [
          .init(name: "x", shape: [2, 3, 5, 12], amplitude: 2, offset: 0.5),
          .init(name: "weight", shape: [12], amplitude: 0.1, offset: 1),
          .init(name: "bias", shape: [12], amplitude: 0.1),
        ]),
    ]
  }()

  @Test(arguments: cases, [DType.float32, .float64])
  func `an op and its gradients agree with PyTorch`(_ example: Case, dtype: DType) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let reference = try Safetensors(path: referenceFile("ops.safetensors"))
    let inputs = try example.inputs.map { input in
      let tensor = try engine.recipe(
        "\(example.name).\(input.name)", input.shape, dtype, amplitude: input.amplitude, offset: input.offset)
      try tensor.setRequiresGradient(true)
      return tensor
    }
    let output = try engine.run(example.op, inputs)[0]
    try expectClose(output, reference, "\(example.name).out", tolerance: 1e-6)
    try output.backward(seed: engine.recipe("\(example.name).grad_out", output.shape, dtype))
    for (input, tensor) in zip(example.inputs, inputs) {
      let gradient = try #require(tensor.gradient)
      try expectClose(gradient, reference, "\(example.name).grad.\(input.name)", tolerance: 2e-6)
    }
  }

  @Test(arguments: [DType.float32, .float64])
  func `three steps of AdamW agree with PyTorch`(_ dtype: DType) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let reference = try Safetensors(path: referenceFile("ops.safetensors"))
    let parameter = try engine.recipe("adamw.p", [5, 7], dtype)
    let moments = [try engine.zeros([5, 7], dtype: dtype), try engine.zeros([5, 7], dtype: dtype)]
    for step in 1...3 {
      let rule = AdamWStep(learningRate: 1e-2, weightDecay: 0.05, step: step)
      let gradient = try engine.recipe("adamw.grad\(step)", [5, 7], dtype)
      try engine.runInPlace(rule, [gradient], into: [parameter] + moments)
      try expectClose(parameter, reference, "adamw.p\(step)", tolerance: 1e-6)
    }
    try expectClose(moments[0], reference, "adamw.exp_avg3", tolerance: 1e-6)
    try expectClose(moments[1], reference, "adamw.exp_avg_sq3", tolerance: 1e-6)
  }
}

/// The path of a file in `Tests/Fixtures`.
func referenceFile(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/\(name)").path
}

extension Engine {
  /// A tensor filled by the recipe of the reference files.
  func recipe(
    _ name: String, _ shape: Shape, _ dtype: DType = .float32, amplitude: Double = 1, offset: Double = 0
  ) throws -> Tensor {
    let values = FixtureRecipe.values(name, count: shape.count, amplitude: amplitude, offset: offset)
    return try tensor(values.map(Double.init), shape, dtype: dtype)
  }
}

/// Expects the largest difference to stay below `tolerance` times the largest reference value.
func expectClose(
  _ tensor: Tensor, _ reference: Safetensors, _ name: String, tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let array = try reference.tensor(name)
  #expect(tensor.shape.extents == array.shape, "\(name)", sourceLocation: sourceLocation)
  let expected = array.floats().map(Double.init)
  let difference = zip(try tensor.doubles(), expected).map { abs($0 - $1) }.max() ?? 0
  let scale = expected.map(abs).max() ?? 1
  #expect(difference <= tolerance * scale, "\(name): \(difference / scale)", sourceLocation: sourceLocation)
}
