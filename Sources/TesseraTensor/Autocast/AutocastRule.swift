/// How an op runs under autocast.
enum AutocastRule: Equatable {
  /// In the scope's type. The leading `maps` inputs are maps; fused kernels read parameters behind them as they are
  /// stored, while PyTorch's sequence of ops casts those, too.
  case lowered(maps: Int)
  /// In float32.
  case float32
  /// In the widest type among its inputs.
  case widest

  /// PyTorch 2's lists for the CPU, as far as its ops exist here, and the fused ops.
  ///
  /// Any other op runs in the type that its inputs have; on the CPU that is so for softmax and the norms. Losses widen
  /// their predictions themselves.
  static let rules: [String: AutocastRule] = [
    Convolution.name: .lowered(maps: 1), ConvolutionTranspose.name: .lowered(maps: 1),
    Linear.name: .lowered(maps: 1), MatMul.name: .lowered(maps: 2),
    JoinedConvolution.name: .lowered(maps: 2), NormalizedConvolution.name: .lowered(maps: 1),
    ResidualNorm.name: .lowered(maps: 2), ProjectedResidualNorm.name: .lowered(maps: 2),
    WindowAttention.name: .lowered(maps: 1),
    Interpolate.name: .float32,
    Concatenate.name: .widest,
  ]
}
