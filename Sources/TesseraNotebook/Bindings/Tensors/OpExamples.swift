import TesseraTensor

/// An example for the help of every op: the values a reader can check by hand where there are some, else a shape.
enum OpExamples {
  static func example(of type: any Op.Type) -> (code: String, output: String) {
    if let own = byName[type.name] { return own }
    return ofShape(type) ?? ("", "")
  }

  /// The op on a sample without required parameters: what shape comes out.
  private static func ofShape(_ type: any Op.Type) -> (code: String, output: String)? {
    let signature = type.signature
    guard signature.parameters.allSatisfy({ $0.defaultValue != nil }), let sample = type.samples.first,
      let op = try? type.init(OpArguments(op: type.name, signature: signature, values: [:])),
      let shape = try? op.results(of: sample.inputs.map { TensorSpec($0.shape, $0.dtype ?? .float32) }).first?
        .shape
    else { return nil }
    let inputs = sample.inputs.map(creation).joined(separator: ", ")
    return ("\(type.name)(\(inputs)).shape", shape.description)
  }

  private static func creation(_ input: OpSample.Input) -> String {
    let extents = input.shape.extents.map(String.init).joined(separator: ", ")
    switch input.dtype {
    case .bool: return "rand(\(extents)) > 0.5"
    case .int32, .int64:
      return "randint(\(Int(input.range.lowerBound)), \(Int(input.range.upperBound) + 1), \(input.shape))"
    default: return "rand(\(extents))"
    }
  }

  private static let byName: [String: (code: String, output: String)] = [
    "add": ("add(tensor([1., 2.]), 3)", "tensor([4., 5.], shape (2,), float32)"),
    "sub": ("sub(tensor([1., 2.]), 3)", "tensor([-2., -1.], shape (2,), float32)"),
    "mul": ("mul(tensor([1., 2.]), 3)", "tensor([3., 6.], shape (2,), float32)"),
    "div": ("div(tensor([1, 2]), 4)", "tensor([0.2500, 0.5000], shape (2,), float32)"),
    "floor_divide": ("tensor([7, -7]) // 2", "tensor([ 3, -4], shape (2,), int64)"),
    "remainder": ("tensor([7, -7]) % 3", "tensor([1, 2], shape (2,), int64)"),
    "pow": ("pow(tensor([1., 2., 3.]), 2)", "tensor([1., 4., 9.], shape (3,), float32)"),
    "neg": ("neg(tensor([1., -2.]))", "tensor([-1.,  2.], shape (2,), float32)"),
    "abs": ("abs(tensor([1., -2.]))", "tensor([1., 2.], shape (2,), float32)"),
    "square": ("square(tensor([2., 3.]))", "tensor([4., 9.], shape (2,), float32)"),
    "sqrt": ("sqrt(tensor([4., 9.]))", "tensor([2., 3.], shape (2,), float32)"),
    "exp": ("exp(tensor([0., 1.]))", "tensor([1.0000, 2.7183], shape (2,), float32)"),
    "log": ("log(tensor([1., 10.]))", "tensor([0.0000, 2.3026], shape (2,), float32)"),
    "relu": ("relu(tensor([-1., 2.]))", "tensor([0., 2.], shape (2,), float32)"),
    "leaky_relu": ("leaky_relu(tensor([-1., 2.]))", "tensor([-0.0100,  2.0000], shape (2,), float32)"),
    "sigmoid": ("sigmoid(tensor([0.]))", "tensor([0.5000], shape (1,), float32)"),
    "tanh": ("tanh(tensor([0., 1.]))", "tensor([0.0000, 0.7616], shape (2,), float32)"),
    "gelu": ("gelu(tensor([0., 1.]))", "tensor([0.0000, 0.8413], shape (2,), float32)"),
    "clamp": (
      "tensor([-2., 0.5, 2.]).clamp(-1, 1)", "tensor([-1.0000,  0.5000,  1.0000], shape (3,), float32)"
    ),
    "where": (
      "where(tensor([True, False]), tensor([1., 2.]), 0)", "tensor([1., 0.], shape (2,), float32)"
    ),
    "masked_fill": (
      "ones(2).masked_fill(tensor([True, False]), 5)", "tensor([5., 1.], shape (2,), float32)"
    ),
    "sum": ("tensor([[1., 2.], [3., 4.]]).sum(dim=0)", "tensor([4., 6.], shape (2,), float32)"),
    "mean": ("tensor([1., 2., 3.]).mean()", "tensor(2., float32)"),
    "max": ("tensor([1., 3., 2.]).max()", "tensor(3., float32)"),
    "min": ("tensor([1., 3., 2.]).min()", "tensor(1., float32)"),
    "argmax": ("tensor([1., 3., 2.]).argmax()", "tensor(1, int64)"),
    "argmin": ("tensor([1., 3., 2.]).argmin()", "tensor(0, int64)"),
    "softmax": ("softmax(zeros(2), dim=0)", "tensor([0.5000, 0.5000], shape (2,), float32)"),
    "window_attention": (
      "window_attention(zeros(1, 4, 4, 9), zeros(9, 1), None, heads=1, window_size=2).shape", "(1, 4, 4, 3)"
    ),
    "matmul": ("matmul(ones(2, 3), ones(3, 4)).shape", "(2, 4)"),
    "cat": ("cat([ones(1, 2), zeros(1, 2)], dim=0).shape", "(2, 2)"),
    "permute": ("zeros(2, 3, 4).permute(2, 0, 1).shape", "(4, 2, 3)"),
    "transpose": ("zeros(2, 3, 4).transpose(0, 2).shape", "(4, 3, 2)"),
    "expand": ("zeros(2, 1).expand(2, 3).shape", "(2, 3)"),
    "squeeze": ("zeros(1, 3, 1).squeeze().shape", "(3,)"),
    "unsqueeze": ("zeros(3).unsqueeze(0).shape", "(1, 3)"),
    "flip": ("tensor([1, 2, 3]).flip(0)", "tensor([3, 2, 1], shape (3,), int64)"),
    "roll": ("tensor([1, 2, 3]).roll(1, 0)", "tensor([3, 1, 2], shape (3,), int64)"),
    "pad": ("tensor([1., 2.]).pad((1, 1))", "tensor([0., 1., 2., 0.], shape (4,), float32)"),
    "gather": (
      "tensor([[1, 2], [3, 4]]).gather(1, tensor([[1], [0]])).tolist()", "[[2], [3]]"
    ),
    "index_select": (
      "tensor([5, 6, 7]).index_select(0, tensor([2, 0]))", "tensor([7, 5], shape (2,), int64)"
    ),
    "interpolate": (
      "interpolate(zeros(1, 1, 2, 2), scale_factor=2.0, mode=\"bilinear\").shape", "(1, 1, 4, 4)"
    ),
  ]
}
