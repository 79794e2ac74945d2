import TesseraScript
import TesseraTensor

/// Functions under PyTorch's names and arguments that are more than one op of the catalog.
enum FunctionBuiltins {
  /// Functions that are methods too.
  static var methods: [Builtin] { [variance("var"), variance("std"), norm, dropout] }
  static var functions: [Builtin] {
    [
      einsum, allclose, oneHot, attention, layerNorm, convolution("conv2d", 2), convolution("conv3d", 3),
      transposed("conv_transpose2d", 2), transposed("conv_transpose3d", 3),
    ]
  }

  private static func variance(_ name: String) -> Builtin {
    let isVariance = name == "var"
    return Builtin(
      "\(name)(input, dim=None, correction=1, keepdim=False)",
      isVariance ? "The mean squared distance from the mean." : "The square root of the variance.",
      details: "correction=1 estimates it from a sample, correction=0 takes it of all values.",
      example: "tensor([1., 3.]).\(name)(correction=0)", output: "tensor(1., float32)"
    ) { call in
      let (x, dims) = try (call.tensor("input"), call.optionalInts("dim"))
      let (correction, keep) = try (call.float("correction"), call.bool("keepdim"))
      return call.value(
        isVariance
          ? try x.variance(dims: dims, correction: correction, keepDim: keep)
          : try x.standardDeviation(dims: dims, correction: correction, keepDim: keep))
    }
  }

  private static let norm = Builtin(
    "norm(input, dim=None, keepdim=False)", "The Euclidean length.",
    example: "tensor([3., 4.]).norm()", output: "tensor(5., float32)"
  ) { call in
    call.value(try call.tensor("input").norm(dims: call.optionalInts("dim"), keepDim: call.bool("keepdim")))
  }

  private static let dropout = Builtin(
    "dropout(input, p=0.5, training=None)", "Zeros with probability p; the rest grows by 1/(1 − p).",
    details: "Without `training` it follows the mode of the model that runs, and drops outside of one.",
    example: "dropout(ones(2), p=0.5, training=False)", output: "tensor([1., 1.], shape (2,), float32)"
  ) { call in
    let probability = try call.float("p")
    guard (0...1).contains(probability) else { throw call.mismatch("p", "a probability from 0 to 1") }
    let training =
      call.isNone("training") ? call.context.running.last?.isTraining ?? true : try call.bool("training")
    let x = try call.tensor("input")
    return call.value(training && probability > 0 ? try x.dropout(probability) : x)
  }

  private static let einsum = Builtin(
    "einsum(equation, *tensors)", "Sums of products over named axes, as in \"bhid,bhjd->bhij\".",
    example: "einsum(\"ij,jk->ik\", ones(2, 3), ones(3, 4)).shape", output: "(2, 4)"
  ) { call in call.value(try Einsum(call.string("equation")).run(call.tensors("tensors"))) }

  private static let allclose = Builtin(
    "allclose(input, other, rtol=1e-05, atol=1e-08)",
    "Whether all values agree: |a − b| ≤ atol + rtol·|b|.",
    example: "allclose(tensor([1.0]), tensor([1.0000001]))", output: "True"
  ) { call in
    let (a, b) = try (call.tensor("input"), call.tensor("other"))
    return .bool(try a.isClose(to: b, relative: call.float("rtol"), absolute: call.float("atol")))
  }

  private static let oneHot = Builtin(
    "one_hot(input, num_classes=-1)", "Integers as rows with a one at their place.",
    example: "one_hot(tensor([0, 2])).tolist()", output: "[[1, 0, 0], [0, 0, 1]]"
  ) { call in
    call.value(try call.tensor("input").oneHot(classes: call.int("num_classes")))
  }

  private static let attention = Builtin(
    "scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None)",
    "softmax(q @ k.T · scale + mask) @ v over the last two axes.",
    details: "A mask of truth values keeps where True; one of numbers is added. scale is 1/√d unless given.",
    example: "scaled_dot_product_attention(ones(1, 2, 4), ones(1, 2, 4), ones(1, 2, 4)).shape",
    output: "(1, 2, 4)"
  ) { call in
    call.value(
      try Tensor.attention(
        query: call.tensor("query"), key: call.tensor("key"), value: call.tensor("value"),
        mask: call.optionalTensor("attn_mask"), dropout: call.float("dropout_p"),
        isCausal: call.bool("is_causal"), scale: call.optionalFloat("scale")))
  }

  private static let layerNorm = Builtin(
    "layer_norm(input, normalized_shape=None, weight=None, bias=None, eps=1e-05)",
    "Rows of the last axis with mean 0 and variance 1, then scaled and shifted.",
    details: "normalized_shape names the last axis: one extent.",
    example: "layer_norm(tensor([[1., 3.]]), (2,))",
    output: "tensor([[-1.0000,  1.0000]], shape (1, 2), float32)"
  ) { call in
    let x = try call.tensor("input")
    if let shape = try call.optionalInts("normalized_shape"), shape != x.shape.extents.suffix(1) {
      throw TensorError.shapeMismatch(
        op: "layer_norm", expected: "a last axis of \(Shape(shape))", got: x.shape, argument: "input")
    }
    let inputs = [x] + [try call.optionalTensor("weight"), try call.optionalTensor("bias")].compactMap { $0 }
    return call.value(try call.engine.run(LayerNorm(epsilon: call.float("eps")), inputs)[0])
  }

  private static func convolution(_ name: String, _ axes: Int) -> Builtin {
    let ones = Array(repeating: "1", count: axes).joined(separator: ", ")
    return Builtin(
      "\(name)(input, weight, bias=None, stride=1, padding=0)",
      "A convolution over \(axes) spatial axes; weight is (out, in, kernel…).",
      example: "\(name)(ones(1, 2, \(ones)), ones(3, 2, \(ones))).shape",
      output: Shape([1, 3] + Array(repeating: 1, count: axes)).description
    ) { call in
      let inputs = try call.spatialInputs(axes)
      return call.value(try call.engine.run(Convolution(call.geometry(axes)), inputs)[0])
    }
  }

  private static func transposed(_ name: String, _ axes: Int) -> Builtin {
    let ones = Array(repeating: "1", count: axes).joined(separator: ", ")
    return Builtin(
      "\(name)(input, weight, bias=None, stride=1, padding=0)",
      "A transposed convolution over \(axes) spatial axes; weight is (in, out, kernel…).",
      example: "\(name)(ones(1, 2, \(ones)), ones(2, 3, \(ones))).shape",
      output: Shape([1, 3] + Array(repeating: 1, count: axes)).description
    ) { call in
      let inputs = try call.spatialInputs(axes)
      return call.value(try call.engine.run(ConvolutionTranspose(call.geometry(axes)), inputs)[0])
    }
  }
}

extension Call {
  /// Input, weight and bias of a convolution over so many axes.
  fileprivate func spatialInputs(_ axes: Int) throws -> [Tensor] {
    let inputs = try [tensor("input"), tensor("weight"), optionalTensor("bias")].compactMap { $0 }
    for (name, tensor) in zip(["input", "weight"], inputs) where tensor.rank != axes + 2 {
      throw TensorError.wrongRank(
        op: functionName, argument: name, expected: "\(axes + 2) dims", shape: tensor.shape)
    }
    return inputs
  }

  fileprivate func geometry(_ axes: Int) throws -> ConvolutionGeometry {
    ConvolutionGeometry(
      stride: try perAxis("stride", axes), padding: try perAxis("padding", axes))
  }

  /// One number for all axes, or one an axis.
  func perAxis(_ name: String, _ axes: Int) throws -> [Int] {
    let values = try ints(name)
    if values.count == 1 { return [Int](repeating: values[0], count: axes) }
    guard values.count == axes else { throw mismatch(name, "one number or \(axes)") }
    return values
  }
}
