import CKernels

/// Ones with a given probability, else zeros.
///
/// - Shape: as asked for.
/// - Memory: keeps nothing; a replay draws the same numbers from the same stream.
/// - Throws: when the probability is outside 0...1.
public struct Bernoulli: Op {
  /// `bernoulli`, after PyTorch.
  public static let name = "bernoulli"
  /// For help.
  public static let summary = "Ones with a given probability, else zeros."
  /// The result's shape and type.
  public let spec: TensorSpec
  /// How often a one comes.
  public let probability: Double
  /// Which numbers.
  public let stream: RandomStream

  /// Makes the op.
  public init(_ spec: TensorSpec, probability: Double, stream: RandomStream) {
    self.spec = spec
    self.probability = probability
    self.stream = stream
  }

  /// The spec that was asked for.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try requireProbability(probability, op: Self.name)
    return [spec]
  }

  /// Draws bytes and converts them.
  public func cpu(_ call: KernelCall) throws {
    let output = call.outputs[0]
    if let device = call.device {
      return try device.issue(.draw(.bernoulli(probability: probability), stream, output: output))
    }
    try call.parallel.run(count: output.count, slab: Walk.slab) { slab in
      let mask = UnsafeMutablePointer<UInt8>.allocate(capacity: slab.count)
      defer { mask.deallocate() }
      ck_random_bernoulli(
        stream.seed, stream.stream, Float(probability), mask - slab.lowerBound, Int64(slab.lowerBound),
        Int64(slab.upperBound))
      ck_cast(
        .bool, output.dtype.kernelType, 1, [Int64(slab.count)], mask, [1],
        output.pointer + slab.lowerBound * output.dtype.byteCount, [1], 0, Int64(slab.count))
    }
  }

  /// Nothing differentiable goes in.
  public var isDifferentiable: Bool { false }
}

/// Throws unless `value` lies in 0...1.
func requireProbability(_ value: Double, op: String) throws {
  guard (0...1).contains(value) else {
    throw TensorError.badParameter(op: op, name: "p", value: "\(value)", rule: "a probability lies in 0 to 1")
  }
}
