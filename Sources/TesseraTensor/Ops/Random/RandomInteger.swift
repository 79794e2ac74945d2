import CKernels

/// Random integers, each equally likely.
///
/// - Shape: as asked for; int64.
/// - Memory: keeps nothing; a replay draws the same numbers from the same stream.
/// - Throws: when the range is empty.
public struct RandomInteger: Op {
  /// `randint`, after PyTorch.
  public static let name = "randint"
  /// For help.
  public static let summary = "Random integers, each equally likely."
  /// The result's extents.
  public let shape: Shape
  /// The smallest number.
  public let low: Int
  /// The number after the largest.
  public let high: Int
  /// Which numbers.
  public let stream: RandomStream

  /// Makes the op.
  public init(_ shape: Shape, low: Int = 0, high: Int, stream: RandomStream) {
    self.shape = shape
    self.low = low
    self.high = high
    self.stream = stream
  }

  /// The shape that was asked for.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    guard high > low else {
      throw TensorError.badParameter(
        op: Self.name, name: "high", value: "\(high)", rule: "it is above low=\(low)")
    }
    return [TensorSpec(shape, .int64)]
  }

  /// Draws slab by slab.
  public func cpu(_ call: KernelCall) throws {
    let output = call.outputs[0]
    let range = UInt64(bitPattern: Int64(high)) &- UInt64(bitPattern: Int64(low))
    if let device = call.device {
      return try device.issue(.draw(.integer(low: low, range: range), stream, output: output))
    }
    try call.parallel.run(count: output.count, slab: Walk.slab) { slab in
      ck_random_integer(
        stream.seed, stream.stream, Int64(low), range, output.elements(), Int64(slab.lowerBound),
        Int64(slab.upperBound))
    }
  }

  /// Nothing differentiable goes in.
  public var isDifferentiable: Bool { false }
}
