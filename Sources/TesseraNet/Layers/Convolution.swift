import TesseraTensor

/// A convolution over two or three spatial axes.
///
/// - Shape: `(N, in, spatial…)` to `(N, out, spatial'…)`, `spatial' = ⌊(spatial + 2·padding − kernel)/stride⌋ + 1`.
/// - Memory: keeps x and the weight.
public final class Convolution: Layer {
  /// The weight, `(out, in, kernel…)`.
  public let weight: Tensor
  /// The bias, `(out,)`, or nil.
  public let bias: Tensor?
  private let stride: [Int]
  private let padding: [Int]

  /// Makes a convolution with PyTorch's uniform initial values, bound `1/√(in·kernel…)`.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: [Int], stride: [Int]? = nil, padding: [Int]? = nil,
    bias hasBias: Bool = true, engine: Engine
  ) throws {
    let bound = 1 / Double(max(1, inChannels * kernel.reduce(1, *))).squareRoot()
    weight = try engine.uniformParameter(Shape([outChannels, inChannels] + kernel), bound: bound)
    bias = hasBias ? try engine.uniformParameter([outChannels], bound: bound) : nil
    self.stride = stride ?? kernel.map { _ in 1 }
    self.padding = padding ?? kernel.map { _ in 0 }
    super.init(engine: engine)
    try register("weight", parameter: weight)
    if let bias { try register("bias", parameter: bias) }
  }

  /// Convolves.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].convolution(weight, bias, stride: stride, padding: padding)
  }

  /// `Conv2d` or `Conv3d`.
  public override var typeName: String { "Conv\(weight.rank - 2)d" }
}

/// A transposed convolution: the gradient of a convolution, used to double a map's size.
///
/// - Shape: `(N, in, spatial…)` to `(N, out, (spatial − 1)·stride + kernel…)`.
/// - Memory: keeps x and the weight.
public final class TransposedConvolution: Layer {
  /// The weight, `(in, out, kernel…)`: PyTorch's order.
  public let weight: Tensor
  /// The bias, `(out,)`, or nil.
  public let bias: Tensor?
  private let stride: [Int]

  /// Makes a layer with PyTorch's uniform initial values; PyTorch takes the fan-in from axis 1 of the weight.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: [Int], stride: [Int], bias hasBias: Bool = true,
    engine: Engine
  ) throws {
    let bound = 1 / Double(max(1, outChannels * kernel.reduce(1, *))).squareRoot()
    weight = try engine.uniformParameter(Shape([inChannels, outChannels] + kernel), bound: bound)
    bias = hasBias ? try engine.uniformParameter([outChannels], bound: bound) : nil
    self.stride = stride
    super.init(engine: engine)
    try register("weight", parameter: weight)
    if let bias { try register("bias", parameter: bias) }
  }

  /// Convolves.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].transposedConvolution(weight, bias, stride: stride)
  }

  /// `ConvTranspose2d` or `ConvTranspose3d`.
  public override var typeName: String { "ConvTranspose\(weight.rank - 2)d" }
}
