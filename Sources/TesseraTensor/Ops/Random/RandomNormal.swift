import CKernels

/// Random numbers of a normal distribution.
///
/// - Shape: as asked for.
/// - Memory: keeps nothing; a replay draws the same numbers from the same stream.
public struct RandomNormal: Op {
  /// `randn`, after PyTorch.
  public static let name = "randn"
  /// For help.
  public static let summary = "Random numbers of a normal distribution."
  /// The result's shape and type.
  public let spec: TensorSpec
  /// The mean.
  public let mean: Double
  /// The standard deviation.
  public let standardDeviation: Double
  /// Which numbers.
  public let stream: RandomStream

  /// Makes the op.
  public init(_ spec: TensorSpec, mean: Double = 0, standardDeviation: Double = 1, stream: RandomStream) {
    self.spec = spec
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.stream = stream
  }

  /// The spec that was asked for.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try spec.requireFloatingPoint(op: Self.name, argument: "dtype")
    return [spec]
  }

  /// Draws slab by slab, then scales and shifts.
  public func cpu(_ call: KernelCall) throws {
    if let device = call.device {
      return try device.issue(
        .draw(.normal(scale: standardDeviation, shift: mean), stream, output: call.outputs[0]))
    }
    try call.draw(
      Self.name, stream, scale: standardDeviation, shift: mean, float32: ck_random_normal_f32,
      float64: ck_random_normal_f64)
  }

  /// Nothing differentiable goes in.
  public var isDifferentiable: Bool { false }
}
