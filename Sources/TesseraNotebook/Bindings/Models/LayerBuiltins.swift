import TesseraNet
import TesseraScript
import TesseraTensor

/// The built-in layers under PyTorch's and MONAI's names, arguments and defaults.
enum LayerBuiltins {
  static var all: [Builtin] {
    [
      linear, convolution(2), convolution(3), transposed(2), transposed(3), layerNorm, instanceNorm,
      batchNorm, dropout, dropPath, leakyRelu, sequential,
    ] + functions + SwinLayerBuiltins.all
  }

  private static let linear = Builtin(
    "Linear(in_features, out_features, bias=True)", "x @ weight.T + bias over the last axis.",
    example: "Linear(2, 3)(ones(4, 2)).shape", output: "(4, 3)"
  ) { call in
    try call.layer(
      TesseraNet.Linear(
        call.extent("in_features"), call.extent("out_features"), bias: call.bool("bias"), engine: call.engine)
    )
  }

  private static func convolution(_ axes: Int) -> Builtin {
    let ones = Array(repeating: "4", count: axes).joined(separator: ", ")
    return Builtin(
      "Conv\(axes)d(in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True)",
      "A convolution over \(axes) spatial axes.",
      example: "Conv\(axes)d(2, 3, kernel_size=3, padding=1)(ones(1, 2, \(ones))).shape",
      output: Shape([1, 3] + Array(repeating: 4, count: axes)).description
    ) { call in
      try call.layer(
        TesseraNet.Convolution(
          call.extent("in_channels"), call.extent("out_channels"), kernel: call.perAxis("kernel_size", axes),
          stride: call.perAxis("stride", axes), padding: call.perAxis("padding", axes),
          bias: call.bool("bias"),
          engine: call.engine))
    }
  }

  private static func transposed(_ axes: Int) -> Builtin {
    let ones = Array(repeating: "4", count: axes).joined(separator: ", ")
    return Builtin(
      "ConvTranspose\(axes)d(in_channels, out_channels, kernel_size, stride=1, bias=True)",
      "A transposed convolution over \(axes) spatial axes: with kernel 2 and stride 2 it doubles them.",
      example: "ConvTranspose\(axes)d(2, 3, kernel_size=2, stride=2)(ones(1, 2, \(ones))).shape",
      output: Shape([1, 3] + Array(repeating: 8, count: axes)).description
    ) { call in
      try call.layer(
        TransposedConvolution(
          call.extent("in_channels"), call.extent("out_channels"), kernel: call.perAxis("kernel_size", axes),
          stride: call.perAxis("stride", axes), bias: call.bool("bias"), engine: call.engine))
    }
  }

  private static let layerNorm = Builtin(
    "LayerNorm(normalized_shape, eps=1e-05, elementwise_affine=True)",
    "Rows of the last axis with mean 0 and variance 1, then a learned scale and shift.",
    example: "LayerNorm(2)(tensor([[1., 3.]])).tolist()[0][1] > 0.99", output: "True"
  ) { call in
    let shape = try call.ints("normalized_shape")
    guard shape.count == 1 else { throw call.mismatch("normalized_shape", "the extent of the last axis") }
    return try call.layer(
      TesseraNet.LayerNorm(
        shape[0], epsilon: call.float("eps"), affine: call.bool("elementwise_affine"), engine: call.engine))
  }

  private static let instanceNorm = Builtin(
    "InstanceNorm(num_features, eps=1e-05, affine=False)",
    "Each channel of each sample with mean 0 and variance 1 over its voxels.",
    example: "InstanceNorm(2)(rand(1, 2, 4, 4)).shape", output: "(1, 2, 4, 4)"
  ) { call in
    try call.layer(
      TesseraNet.InstanceNorm(
        call.extent("num_features"), epsilon: call.float("eps"), affine: call.bool("affine"),
        engine: call.engine))
  }

  private static let batchNorm = Builtin(
    "BatchNorm(num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
    "Each channel with mean 0 and variance 1 over batch and space; in evaluation by averages over training.",
    details:
      "PyTorch's BatchNorm1d, 2d and 3d in one, for (N, C, spatial…). Training divides by the batch's own biased "
      + "variance and moves running_mean and running_var towards its mean and unbiased variance by momentum "
      + "(None: the plain average of all passes, num_batches_tracked of them). net.eval() normalizes by them. "
      + "With batch 1, common for volumes, training normalizes over the one volume as InstanceNorm does, while "
      + "evaluation still uses the averages of many. "
      + "Under checkpoint a pass is averaged once: recomputing replays ops and moves no average. A framework that "
      + "calls forward again, as PyTorch's checkpoint does, moves them twice.",
    example: """
      norm = BatchNorm(1, momentum=0.5)
      x = tensor([1.0, 3.0]).reshape(2, 1, 1)
      print(norm(x).flatten().detach())
      print(norm.running_mean, norm.running_var)
      print(norm.eval()(x).flatten().detach())
      """,
    output: """
      tensor([-1.0000,  1.0000], shape (2,), float32)
      tensor([1.], shape (1,), float32) tensor([1.5000], shape (1,), float32)
      tensor([0.0000, 1.6330], shape (2,), float32)
      """
  ) { call in
    let momentum = try call.optionalFloat("momentum")
    guard (0...1).contains(momentum ?? 0) else {
      throw call.mismatch("momentum", "a number from 0 to 1, or None")
    }
    return try call.layer(
      TesseraNet.BatchNorm(
        call.extent("num_features"), epsilon: call.float("eps"), momentum: momentum,
        affine: call.bool("affine"), tracksRunningStatistics: call.bool("track_running_stats"),
        engine: call.engine))
  }

  private static let dropout = Builtin(
    "Dropout(p=0.5)", "In training, zeros with probability p; the rest grows by 1/(1 − p).",
    example: "Dropout(0.5).eval()(ones(2)).tolist()", output: "[1.0, 1.0]"
  ) { call in try call.layer(TesseraNet.Dropout(call.probability("p"), engine: call.engine)) }

  private static let dropPath = Builtin(
    "DropPath(drop_prob=0.0)", "In training, drops a sample's whole residual branch with a probability.",
    example: "DropPath(0.1).eval()(ones(2)).tolist()", output: "[1.0, 1.0]"
  ) { call in try call.layer(DropPath(call.probability("drop_prob"), engine: call.engine)) }

  private static let leakyRelu = Builtin(
    "LeakyReLU(negative_slope=0.01)", "x, or negative_slope·x below zero.",
    example: "LeakyReLU(0.1)(tensor([-1., 1.]))", output: "tensor([-0.1000,  1.0000], shape (2,), float32)"
  ) { call in
    let slope = try call.float("negative_slope")
    return call.layer(
      FunctionLayer("LeakyReLU", engine: call.engine) { try $0.leakyRelu(slope: slope) })
  }

  /// Layers that are one function.
  private static var functions: [Builtin] {
    let table: [(String, String, String, @Sendable (Tensor) throws -> Tensor)] = [
      (
        "GELU", "The Gaussian error linear unit, exact.", "tensor([0.0000, 0.8413], shape (2,), float32)",
        { try $0.gelu() }
      ),
      ("ReLU", "max(x, 0).", "tensor([0., 1.], shape (2,), float32)", { try $0.relu() }),
      ("Sigmoid", "1/(1 + e^−x).", "tensor([0.5000, 0.7311], shape (2,), float32)", { try $0.sigmoid() }),
      ("Identity", "x itself.", "tensor([0., 1.], shape (2,), float32)", { $0 }),
    ]
    return table.map { name, summary, output, function in
      Builtin(
        "\(name)()", summary, example: "\(name)()(tensor([0., 1.]))",
        output: output
      ) { call in call.layer(FunctionLayer(name, engine: call.engine, function)) }
    }
  }

  private static let sequential = Builtin(
    "Sequential(*layers)",
    "Layers one after another, named 0, 1, …; functions such as relu may stand between.",
    example: "Sequential(Linear(2, 4), relu, Linear(4, 1))(ones(3, 2)).shape", output: "(3, 1)"
  ) { call in
    var values = try call.elements("layers")
    if values.count == 1, let listed = values[0].items { values = listed }
    let layers = try values.map { value in
      guard let layer = call.context.layer(value) ?? call.functionLayer(value) else {
        throw call.mismatch("layers", "layers, models or functions")
      }
      return layer
    }
    return .host(LayerObject(Sequential(layers, engine: call.engine), call.context, contents: values))
  }
}

extension Call {
  /// A layer for the language.
  func layer(_ layer: Layer) -> Value { .host(LayerObject(layer, context)) }

  /// A probability.
  func probability(_ name: String) throws -> Double {
    let value = try float(name)
    guard (0...1).contains(value) else { throw mismatch(name, "a probability from 0 to 1") }
    return value
  }

  /// A function of the language as a layer without parameters; nil for what is no function.
  fileprivate func functionLayer(_ value: Value) -> Layer? {
    let name: String
    switch value {
    case .function(let function): name = function.name
    case .native(let function): name = function.name
    default: return nil
    }
    return FunctionLayer(name, engine: engine) { [interpreter, context] input in
      let result = try interpreter.call(value, Arguments([context.value(input)]))
      guard let tensor = result.tensor else {
        throw TensorError.layer(path: name, rule: "returned \(result.typeName), not a tensor", advice: "")
      }
      return tensor
    }
  }
}
