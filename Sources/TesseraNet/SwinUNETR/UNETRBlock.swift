import TesseraTensor

/// The norm of the convolution blocks.
public struct BlockNorm: Sendable {
  /// Whether the instance norms scale and shift.
  public var affine: Bool

  /// Makes a choice.
  public init(affine: Bool = false) { self.affine = affine }
}

/// Two 3×3(×3) convolutions with instance norms on a residual branch.
///
/// `y = lrelu(norm2(conv2(lrelu(norm1(conv1(x))))) + r)`, `r = x`, or `norm3(conv3(x))` where channels change.
///
/// - Shape: `(B, in, spatial…)` to `(B, out, spatial…)`.
/// - Memory: keeps x and four or five maps of the output's size.
public final class UNETRResidualBlock: Layer {
  private let conv1: Layer
  private let conv2: Layer
  private let conv3: Layer?
  private let norms: [InstanceNorm]

  /// Makes a block.
  public init(_ inChannels: Int, _ outChannels: Int, axes: Int, norm: BlockNorm, engine: Engine) throws {
    conv1 = try Self.convolution(inChannels, outChannels, kernel: 3, axes: axes, engine: engine)
    conv2 = try Self.convolution(outChannels, outChannels, kernel: 3, axes: axes, engine: engine)
    let changes = inChannels != outChannels
    conv3 =
      changes ? try Self.convolution(inChannels, outChannels, kernel: 1, axes: axes, engine: engine) : nil
    norms = try (0..<(changes ? 3 : 2)).map { _ in
      try InstanceNorm(outChannels, affine: norm.affine, engine: engine)
    }
    super.init(engine: engine)
    register("conv1", layer: conv1)
    register("conv2", layer: conv2)
    for (index, norm) in norms.prefix(2).enumerated() { register("norm\(index + 1)", layer: norm) }
    if let conv3 {
      register("conv3", layer: conv3)
      register("norm3", layer: norms[2])
    }
  }

  private static func convolution(
    _ inChannels: Int, _ outChannels: Int, kernel: Int, axes: Int, engine: Engine
  ) throws -> Layer {
    let sides = [Int](repeating: kernel, count: axes)
    let convolution = try Convolution(
      inChannels, outChannels, kernel: sides, padding: sides.map { $0 / 2 }, bias: false, engine: engine)
    return ConvolutionWrapper(convolution, engine: engine)
  }

  /// Runs both branches.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    let first = try norms[0](conv1(x, as: "conv1"), as: "norm1").leakyRelu(slope: 0.01)
    let second = try norms[1](conv2(first, as: "conv2"), as: "norm2")
    let residual = try conv3.map { try norms[2]($0(x, as: "conv3"), as: "norm3") } ?? x
    return try (second + residual).leakyRelu(slope: 0.01)
  }
}

/// A convolution one level down, under the name `conv`: MONAI's paths have that level.
public final class ConvolutionWrapper: Layer {
  private let convolution: Layer

  /// Wraps a convolution.
  public init(_ convolution: Layer, engine: Engine) {
    self.convolution = convolution
    super.init(engine: engine)
    register("conv", layer: convolution)
  }

  /// Convolves.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor { try convolution(inputs[0], as: "conv") }
}

/// A residual block on an encoder's skip connection.
public final class UNETRBasicBlock: Layer {
  private let block: UNETRResidualBlock

  /// Makes a block.
  public init(_ inChannels: Int, _ outChannels: Int, axes: Int, norm: BlockNorm, engine: Engine) throws {
    block = try UNETRResidualBlock(inChannels, outChannels, axes: axes, norm: norm, engine: engine)
    super.init(engine: engine)
    register("layer", layer: block)
  }

  /// Runs the block.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor { try block(inputs[0], as: "layer") }
}

/// Doubles a map, appends the skip connection, and runs a residual block over both.
///
/// - Shape: `(B, in, s…)` and the skip `(B, out, 2s…)` to `(B, out, 2s…)`.
/// - Memory: keeps x, the concatenation (two maps of the output's size) and the block's five.
public final class UNETRUpBlock: Layer {
  private let upsample: Layer
  private let block: UNETRResidualBlock

  /// Makes a block.
  public init(_ inChannels: Int, _ outChannels: Int, axes: Int, norm: BlockNorm, engine: Engine) throws {
    let two = [Int](repeating: 2, count: axes)
    upsample = ConvolutionWrapper(
      try TransposedConvolution(
        inChannels, outChannels, kernel: two, stride: two, bias: false, engine: engine),
      engine: engine)
    block = try UNETRResidualBlock(2 * outChannels, outChannels, axes: axes, norm: norm, engine: engine)
    super.init(engine: engine)
    register("transp_conv", layer: upsample)
    register("conv_block", layer: block)
  }

  /// The upsampled map comes first in the concatenation, the skip second.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try block(concatenated(inputs[0], skip: inputs[1]), as: "conv_block")
  }

  /// A function of its own so that the upsampled map is let go before the block runs.
  private func concatenated(_ x: Tensor, skip: Tensor) throws -> Tensor {
    try Tensor.concatenate([upsample(x, as: "transp_conv"), skip], dim: 1)
  }
}
