/// Each element, its negative part scaled down.
///
/// `y = x if x > 0, else slope · x`
///
/// - Shape: the input's.
/// - Memory: keeps the result, as PyTorch's in-place form does: with a positive slope its sign is the input's.
/// - Throws: when the input is not floating.
public struct LeakyRelu: UnaryOp {
  /// `leaky_relu`, after PyTorch.
  public static let name = "leaky_relu"
  /// For help.
  public static let summary = "Each element, its negative part scaled by a slope."
  /// One tensor and a number.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.optional("negative_slope", .float, .float(0.01))])
  /// A matrix.
  public static var samples: [OpSample] {
    [
      OpSample(LeakyRelu(), .init([3, 4])),
      OpSample(LeakyRelu(slope: 0.2), .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// The factor of negative elements, above 0.
  public let slope: Double

  /// Makes the op.
  public init(slope: Double = 0.01) {
    self.slope = slope
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(slope: try arguments.float("negative_slope"))
  }

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .leakyRelu, slope) }

  /// The slope is a function of the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// 1 where the result is positive, else the slope.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(LeakyReluBackward(slope: slope), backward.result(), backward.gradient())]
  }
}

/// The gradient of a leaky relu, from the output and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct LeakyReluBackward: PointwiseBackwardOp {
  static let name = "leaky_relu_backward"
  static let summary = "The gradient of a leaky relu."
  let slope: Double

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .leakyReluBackward, slope) }
}
