/// A tensor with one value everywhere.
///
/// - Shape: as asked for.
/// - Memory: keeps nothing.
public struct Fill: Op {
  /// `full`, after PyTorch.
  public static let name = "full"
  /// For help.
  public static let summary = "A tensor with one value everywhere."
  /// The result's shape and type.
  public let spec: TensorSpec
  /// The value.
  public let value: Double

  /// Fills a tensor of `spec` with `value`.
  public init(_ spec: TensorSpec, value: Double) {
    self.spec = spec
    self.value = value
  }

  /// The spec that was asked for.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { [spec] }

  /// Writes the value through the output's strides, slab by slab.
  public func cpu(_ call: KernelCall) throws {
    try call.fill(Self.name, value, call.outputs[0], call.outputs[0].layout)
  }

  /// Nothing differentiable goes in.
  public var isDifferentiable: Bool { false }
}

/// Rounding to IEEE half precision.
enum Float16Bits {
  /// Rounds to nearest even, to subnormals and to infinity as IEEE says.
  static func from(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16) & 0x8000
    if value.isNaN { return sign | 0x7E00 }
    let magnitude = value.magnitude
    if magnitude >= 65520 { return sign | 0x7C00 }
    if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
    let shifted = magnitude.bitPattern &- 112 << 23
    return sign | UInt16((shifted &+ 0xFFF &+ ((shifted >> 13) & 1)) >> 13)
  }
}
