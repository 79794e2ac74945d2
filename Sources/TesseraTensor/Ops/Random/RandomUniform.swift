import CKernels

/// Uniform random numbers.
///
/// - Shape: as asked for.
/// - Memory: keeps nothing; a replay draws the same numbers from the same stream.
public struct RandomUniform: Op {
  /// `rand`, after PyTorch.
  public static let name = "rand"
  /// For help.
  public static let summary = "Uniform random numbers."
  /// The result's shape and type.
  public let spec: TensorSpec
  /// The smallest number.
  public let low: Double
  /// The limit that is not reached, but for rounding.
  public let high: Double
  /// Which numbers.
  public let stream: RandomStream

  /// Makes the op.
  public init(_ spec: TensorSpec, low: Double = 0, high: Double = 1, stream: RandomStream) {
    self.spec = spec
    self.low = low
    self.high = high
    self.stream = stream
  }

  /// The spec that was asked for.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try spec.requireFloatingPoint(op: Self.name, argument: "dtype")
    return [spec]
  }

  /// Draws slab by slab, then stretches to the range.
  public func cpu(_ call: KernelCall) throws {
    if let device = call.device {
      return try device.issue(
        .draw(.uniform(scale: high - low, shift: low), stream, output: call.outputs[0]))
    }
    try call.draw(
      Self.name, stream, scale: high - low, shift: low, float32: ck_random_uniform_f32,
      float64: ck_random_uniform_f64)
  }

  /// Nothing differentiable goes in.
  public var isDifferentiable: Bool { false }
}
