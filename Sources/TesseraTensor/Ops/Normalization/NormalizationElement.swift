import CKernels

/// The normalizations of one stored type.
struct NormalizationKernels<Element: NormalizationElement> {
  typealias Source = Element.Source
  typealias Target = Element.Target
  typealias RealSource = Element.RealSource
  typealias RealTarget = Element.RealTarget
  typealias Sums = UnsafePointer<Double>?
  typealias SumsOut = UnsafeMutablePointer<Double>?

  let layer: (Int64, Int64, Double, Source, RealSource, RealSource, Target, RealTarget, RealTarget) -> Void
  let layerBackward: (Int64, Int64, Source, RealSource, RealSource, RealSource, Source, Target) -> Void
  let layerParameters: (Int64, Int64, Source, RealSource, RealSource, Source, RealTarget, RealTarget) -> Void
  let sums: (Int64, Int64, Source, Source, SumsOut) -> Void
  let statistics: (Int64, Int64, Int64, Double, Source, Sums, RealTarget, RealTarget) -> Void
  let apply:
    (Int64, Int64, Source, RealSource, RealSource, RealSource, RealSource, Element.Real, Target) -> Void
  let gradientSums:
    (Int64, Int64, Source, RealSource, RealSource, RealSource, RealSource, Element.Real, Source, SumsOut) ->
      Void
  let backward:
    (
      Int64, Int64, Source, RealSource, RealSource, RealSource, RealSource, Element.Real, Source, Sums, Target
    ) -> Void
  let residual: (Int64, Int64, Element.Branch, Element.Branch, Element.Real, Target) -> Void
  let residualSums: (Int64, Int64, Element.Branch, Element.Branch, Element.Real, Source, SumsOut) -> Void
  let residualBackward:
    (Int64, Int64, Element.Branch, Element.Branch, Element.Real, Source, Sums, Target, Target) -> Void
}

/// A type for which there are normalizations; each function once, by its C name.
protocol NormalizationElement: StoredElement {
  /// One branch of a residual block, as C sees it.
  associatedtype Branch

  static var normalization: NormalizationKernels<Self> { get }
  static func branch(_ x: Target, mean: RealTarget, inverseDeviation: RealTarget) -> Branch
}

extension Float: NormalizationElement {
  static var normalization: NormalizationKernels<Self> {
    NormalizationKernels(
      layer: tessera_layer_norm_f32,
      layerBackward: tessera_layer_norm_backward_f32,
      layerParameters: tessera_layer_norm_parameters_f32,
      sums: tessera_instance_sums_f32,
      statistics: tessera_instance_statistics_f32,
      apply: tessera_instance_apply_f32,
      gradientSums: tessera_instance_gradient_sums_f32,
      backward: tessera_instance_backward_f32,
      residual: tessera_residual_norm_f32,
      residualSums: tessera_residual_norm_sums_f32,
      residualBackward: tessera_residual_norm_backward_f32)
  }
  static func branch(
    _ x: Target, mean: UnsafeMutablePointer<Float>?, inverseDeviation: UnsafeMutablePointer<Float>?
  ) -> TesseraNormalized_f32 {
    TesseraNormalized_f32(x: x, mean: mean, rstd: inverseDeviation)
  }
}

extension Double: NormalizationElement {
  static var normalization: NormalizationKernels<Self> {
    NormalizationKernels(
      layer: tessera_layer_norm_f64,
      layerBackward: tessera_layer_norm_backward_f64,
      layerParameters: tessera_layer_norm_parameters_f64,
      sums: tessera_instance_sums_f64,
      statistics: tessera_instance_statistics_f64,
      apply: tessera_instance_apply_f64,
      gradientSums: tessera_instance_gradient_sums_f64,
      backward: tessera_instance_backward_f64,
      residual: tessera_residual_norm_f64,
      residualSums: tessera_residual_norm_sums_f64,
      residualBackward: tessera_residual_norm_backward_f64)
  }
  static func branch(
    _ x: Target, mean: UnsafeMutablePointer<Double>?, inverseDeviation: UnsafeMutablePointer<Double>?
  ) -> TesseraNormalized_f64 {
    TesseraNormalized_f64(x: x, mean: mean, rstd: inverseDeviation)
  }
}

extension TesseraBFloat16: NormalizationElement {
  static var normalization: NormalizationKernels<Self> {
    NormalizationKernels(
      layer: tessera_layer_norm_bf16,
      layerBackward: tessera_layer_norm_backward_bf16,
      layerParameters: tessera_layer_norm_parameters_bf16,
      sums: tessera_instance_sums_bf16,
      statistics: tessera_instance_statistics_bf16,
      apply: tessera_instance_apply_bf16,
      gradientSums: tessera_instance_gradient_sums_bf16,
      backward: tessera_instance_backward_bf16,
      residual: tessera_residual_norm_bf16,
      residualSums: tessera_residual_norm_sums_bf16,
      residualBackward: tessera_residual_norm_backward_bf16)
  }
  static func branch(
    _ x: Target, mean: UnsafeMutablePointer<Float>?, inverseDeviation: UnsafeMutablePointer<Float>?
  ) -> TesseraNormalized_bf16 {
    TesseraNormalized_bf16(x: x, mean: mean, rstd: inverseDeviation)
  }
}

extension TesseraFloat16: NormalizationElement {
  static var normalization: NormalizationKernels<Self> {
    NormalizationKernels(
      layer: tessera_layer_norm_f16,
      layerBackward: tessera_layer_norm_backward_f16,
      layerParameters: tessera_layer_norm_parameters_f16,
      sums: tessera_instance_sums_f16,
      statistics: tessera_instance_statistics_f16,
      apply: tessera_instance_apply_f16,
      gradientSums: tessera_instance_gradient_sums_f16,
      backward: tessera_instance_backward_f16,
      residual: tessera_residual_norm_f16,
      residualSums: tessera_residual_norm_sums_f16,
      residualBackward: tessera_residual_norm_backward_f16)
  }
  static func branch(
    _ x: Target, mean: UnsafeMutablePointer<Float>?, inverseDeviation: UnsafeMutablePointer<Float>?
  ) -> TesseraNormalized_f16 {
    TesseraNormalized_f16(x: x, mean: mean, rstd: inverseDeviation)
  }
}
