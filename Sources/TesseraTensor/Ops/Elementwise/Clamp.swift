/// Each element, moved to the nearest bound where it lies outside.
///
/// `y = min(max(x, low), high)`
///
/// - Shape: the input's.
/// - Memory: keeps the input.
/// - Throws: when the input is a tensor of truth values.
public struct Clamp: UnaryOp {
  /// `clamp`, after PyTorch.
  public static let name = "clamp"
  /// For help.
  public static let summary = "Each element limited to a range."
  /// Integers stay integers.
  public static var acceptsIntegers: Bool { true }
  /// One tensor and two numbers.
  public static let signature = OpSignature(
    inputs: ["input"],
    parameters: [
      .optional("min", .float, .float(-Double.infinity)), .optional("max", .float, .float(Double.infinity)),
    ])
  /// A matrix with elements on both sides.
  public static var samples: [OpSample] {
    [OpSample(Clamp(low: -0.5, high: 0.25), .init([3, 4])), OpSample(Clamp(low: 0), .init([3, 4]))]
  }
  /// The lower bound.
  public let low: Double
  /// The upper bound.
  public let high: Double

  /// Makes the op.
  public init(low: Double = -Double.infinity, high: Double = Double.infinity) {
    self.low = low
    self.high = high
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(low: try arguments.float("min"), high: try arguments.float("max"))
  }

  /// Applies the kernel slab by slab.
  public func cpu(_ call: KernelCall) throws { try call.unary(Self.name, .clamp, integer: .clamp, low, high) }

  /// The slope is a function of the input.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// 1 inside the bounds, 0 outside.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(ClampBackward(low: low, high: high), backward.input(0), backward.gradient())]
  }
}

/// The gradient of a clamp, from the input and the gradient of the output.
///
/// - Shape: the output's.
/// - Memory: keeps nothing.
struct ClampBackward: PointwiseBackwardOp {
  static let name = "clamp_backward"
  static let summary = "The gradient of a clamp."
  let low: Double
  let high: Double

  func cpu(_ call: KernelCall) throws { try call.binary(Self.name, .clampBackward, low, high) }
}
