import CKernels

/// Zeroes elements at random and scales the others so that their expected sum stays.
///
/// `y = x m / (1 - p)` with m drawn anew for each call: 1 with probability 1 - p, else 0
///
/// - Parameters: `p`, how often an element is dropped.
/// - Shape: the input's.
/// - Memory: keeps the mask, a byte an element, as PyTorch does; a replay draws the same mask.
/// - Throws: when p is outside 0...1 or the input is not floating.
public struct Dropout: Op {
  /// `dropout`, after PyTorch.
  public static let name = "dropout"
  /// For help.
  public static let summary = "Zeroes elements at random and scales the others."
  /// A matrix, at the common rate and at the ends.
  public static var samples: [OpSample] {
    [0.5, 0, 1].map { OpSample(Dropout($0, stream: RandomStream(seed: 1, stream: 2)), .init([5, 8])) }
      + [
        OpSample(
          Dropout(0.3, stream: RandomStream(seed: 1, stream: 2)), .init([2, 3, 2, 2, 2], channelsLast: true))
      ]
  }
  /// How often an element is dropped.
  public let probability: Double
  /// Which numbers decide.
  public let stream: RandomStream

  /// Makes the op.
  public init(_ probability: Double, stream: RandomStream) {
    self.probability = probability
    self.stream = stream
  }

  /// What the kept elements are multiplied by; where none is kept, 0 avoids a division by zero.
  var scale: Double { probability < 1 ? 1 / (1 - probability) : 0 }

  /// The result and the mask, both in the input's memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try requireProbability(probability, op: Self.name)
    try inputs[0].requireFloatingPoint(op: Self.name)
    let spec = try TensorSpec.pointwise(Self.name, inputs)
    return [spec, TensorSpec(layout: spec.layout, dtype: .bool)]
  }

  /// Draws the mask, then applies it.
  public func cpu(_ call: KernelCall) throws {
    let mask = call.outputs[1]
    if let device = call.device {
      try device.issue(.draw(.bernoulli(probability: 1 - probability), stream, output: mask))
      return try call.scale(Self.name, by: scale, where: mask)
    }
    try call.parallel.run(count: mask.count, slab: Walk.slab) { slab in
      ck_random_bernoulli(
        stream.seed, stream.stream, Float(1 - probability), mask.elements(), Int64(slab.lowerBound),
        Int64(slab.upperBound))
    }
    try call.scale(Self.name, by: scale, where: mask)
  }

  /// The mask is all that the gradient needs.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(1)] }

  /// The gradient under the same mask and scale.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(DropoutBackward(scale: scale), backward.gradient(), backward.result(1))]
  }
}

/// The gradient of a dropout, from the gradient of the output and the mask.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct DropoutBackward: Op {
  static let name = "dropout_backward"
  static let summary = "The gradient of a dropout."
  let scale: Double

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [try TensorSpec.pointwise(Self.name, inputs, dtype: inputs[0].dtype)]
  }

  func cpu(_ call: KernelCall) throws { try call.scale(Self.name, by: scale, where: call.inputs[1]) }
}

extension KernelCall {
  /// Writes the first input times `factor` where `mask` holds, else 0.
  fileprivate func scale(_ name: String, by factor: Double, where mask: TensorView) throws {
    if let device {
      let output = outputs[0]
      try device.issue(
        .elementwise(.unary(.multiplyScalar, p: factor, q: 0), output: output, inputs: [inputs[0]]))
      return try device.issue(
        .elementwise(.fillWhere(truth: false, 0), output: output, inputs: [mask, output]))
    }
    try unary(name, .multiplyScalar, factor)
    let output = outputs[0]
    let walk = try Walk(op: name, output: output, inputs: [mask, output])
    let still = [Int64](repeating: 0, count: walk.shape.count)
    let zero = ElementBits(0, as: output.dtype)
    try slabs(of: walk) { range in
      let loops = Loops(walk, range)
      zero.withPointer { zero in
        ck_where(
          Int32(output.dtype.byteCount), loops.rank, loops.shape, mask.elements(), loops.strides[1],
          output.pointer, loops.strides[2], zero, still, output.pointer, loops.strides[0], loops.begin,
          loops.end)
      }
    }
  }
}
