/// Tensors joined along one axis.
///
/// - Parameters: `dim`, the axis.
/// - Shape: the inputs', which agree in all other extents; the axis holds the sum of theirs.
/// - Memory: keeps nothing; the gradients are views of the result's.
/// - Throws: when another extent or the types differ.
public struct Concatenate: Op {
  /// `cat`, after PyTorch.
  public static let name = "cat"
  /// For help.
  public static let summary = "Tensors joined along one axis."
  /// Any number of tensors and an axis.
  public static let signature = OpSignature(
    inputs: ["tensors"], parameters: [.optional("dim", .int, .int(0))], isMethod: false)
  /// Both ends of the axes, three tensors.
  public static var samples: [OpSample] {
    [
      OpSample(Concatenate(dim: 0), .init([3, 4]), .init([2, 4])),
      OpSample(Concatenate(dim: -1), .init([2, 1]), .init([2, 3]), .init([2, 2])),
      OpSample(
        Concatenate(dim: 1), .init([2, 3, 2, 2, 2], channelsLast: true),
        .init([2, 1, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// The axis.
  public let dim: Int

  /// Makes the op.
  public init(dim: Int) { self.dim = dim }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(dim: try arguments.int("dim")) }

  /// The joined extents, in the first input's memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    guard let first = inputs.first, first.shape.rank > 0 else {
      throw TensorError.wrongInputCount(op: Self.name, expected: 1, got: 0)
    }
    let axis = try first.shape.axis(dim, op: Self.name)
    var shape = first.shape
    for (index, input) in inputs.enumerated().dropFirst() {
      var expected = first.shape
      if axis < input.shape.rank { expected[axis] = input.shape[axis] }
      guard input.shape == expected else {
        throw TensorError.shapeMismatch(
          op: Self.name, expected: "\(first.shape) except in dim \(dim)", got: input.shape,
          argument: "tensor \(index)")
      }
      try input.require(first.dtype, op: Self.name, argument: "tensor \(index)")
      shape[axis] += input.shape[axis]
    }
    return [TensorSpec(layout: first.layout.dense(for: shape), dtype: first.dtype)]
  }

  /// Copies each input to its range of the axis.
  public func cpu(_ call: KernelCall) throws {
    let output = call.outputs[0]
    let axis = try output.shape.axis(dim, op: Self.name)
    var start = 0
    for input in call.inputs {
      let stop = start + input.shape[axis]
      let part = output.layout.sliced(axis: axis, start: start, stop: stop, step: 1)
      try call.copy(Self.name, input, input.layout, to: output, part)
      start = stop
    }
  }

  /// Each input gets its range of the gradient.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    let axis = try gradient.shape.axis(dim, op: Self.name)
    var start = 0
    return try backward.inputs.indices.map { index in
      let stop = start + backward.inputs[index].shape[axis]
      defer { start = stop }
      return backward.needs[index] ? try gradient.sliced(dim: axis, start: start, stop: stop) : nil
    }
  }

  /// Copies compute nothing.
  public func flops(of inputs: [TensorSpec]) -> Int { 0 }
}

extension Engine {
  /// Tensors joined along an axis they have.
  public func concatenate(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
    guard !tensors.isEmpty else {
      throw TensorError.wrongInputCount(op: Concatenate.name, expected: 1, got: 0)
    }
    return try run(Concatenate(dim: dim), tensors)[0]
  }

  /// Tensors of one shape joined along a new axis.
  public func stack(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
    try concatenate(tensors.map { try $0.unsqueezed(dim: dim) }, dim: dim)
  }
}
