import CKernels

/// A type for which there are normalizations; each function once, by its C name.
protocol NormalizationElement: ProductElement {
  typealias Sums = UnsafePointer<Double>?
  typealias SumsOut = UnsafeMutablePointer<Double>?

  static var layerNorm: (Int64, Int64, Double, Source, Source, Source, Target, Target, Target) -> Void { get }
  static var layerNormBackward: (Int64, Int64, Source, Source, Source, Source, Source, Target) -> Void { get }
  static var layerNormParameters: (Int64, Int64, Source, Source, Source, Source, Target, Target) -> Void {
    get
  }
  static var instanceSums: (Int64, Int64, Source, Source, SumsOut) -> Void { get }
  static var instanceStatistics: (Int64, Int64, Int64, Double, Source, Sums, Target, Target) -> Void { get }
  static var instanceApply: (Int64, Int64, Source, Source, Source, Source, Source, Self, Target) -> Void {
    get
  }
  static var instanceGradientSums:
    (Int64, Int64, Source, Source, Source, Source, Source, Self, Source, SumsOut) -> Void
  { get }
  static var instanceBackward:
    (Int64, Int64, Source, Source, Source, Source, Source, Self, Source, Sums, Target) -> Void
  { get }

  /// One branch of a residual block, as C sees it.
  associatedtype Branch
  static func branch(_ x: Target, mean: Target, inverseDeviation: Target) -> Branch
  static var residualNorm: (Int64, Int64, Branch, Branch, Self, Target) -> Void { get }
  static var residualNormSums: (Int64, Int64, Branch, Branch, Self, Source, SumsOut) -> Void { get }
  static var residualNormBackward: (Int64, Int64, Branch, Branch, Self, Source, Sums, Target, Target) -> Void
  { get }
}

extension Float: NormalizationElement {
  static var layerNorm: (Int64, Int64, Double, Source, Source, Source, Target, Target, Target) -> Void {
    tessera_layer_norm_f32
  }
  static var layerNormBackward: (Int64, Int64, Source, Source, Source, Source, Source, Target) -> Void {
    tessera_layer_norm_backward_f32
  }
  static var layerNormParameters: (Int64, Int64, Source, Source, Source, Source, Target, Target) -> Void {
    tessera_layer_norm_parameters_f32
  }
  static var instanceSums: (Int64, Int64, Source, Source, SumsOut) -> Void { tessera_instance_sums_f32 }
  static var instanceStatistics: (Int64, Int64, Int64, Double, Source, Sums, Target, Target) -> Void {
    tessera_instance_statistics_f32
  }
  static var instanceApply: (Int64, Int64, Source, Source, Source, Source, Source, Float, Target) -> Void {
    tessera_instance_apply_f32
  }
  static var instanceGradientSums:
    (Int64, Int64, Source, Source, Source, Source, Source, Float, Source, SumsOut) -> Void
  {
    tessera_instance_gradient_sums_f32
  }
  static var instanceBackward:
    (Int64, Int64, Source, Source, Source, Source, Source, Float, Source, Sums, Target) -> Void
  {
    tessera_instance_backward_f32
  }
  static func branch(_ x: Target, mean: Target, inverseDeviation: Target) -> TesseraNormalized_f32 {
    TesseraNormalized_f32(x: x, mean: mean, rstd: inverseDeviation)
  }
  static var residualNorm: (Int64, Int64, Branch, Branch, Float, Target) -> Void { tessera_residual_norm_f32 }
  static var residualNormSums: (Int64, Int64, Branch, Branch, Float, Source, SumsOut) -> Void {
    tessera_residual_norm_sums_f32
  }
  static var residualNormBackward: (Int64, Int64, Branch, Branch, Float, Source, Sums, Target, Target) -> Void
  {
    tessera_residual_norm_backward_f32
  }
}

extension Double: NormalizationElement {
  static var layerNorm: (Int64, Int64, Double, Source, Source, Source, Target, Target, Target) -> Void {
    tessera_layer_norm_f64
  }
  static var layerNormBackward: (Int64, Int64, Source, Source, Source, Source, Source, Target) -> Void {
    tessera_layer_norm_backward_f64
  }
  static var layerNormParameters: (Int64, Int64, Source, Source, Source, Source, Target, Target) -> Void {
    tessera_layer_norm_parameters_f64
  }
  static var instanceSums: (Int64, Int64, Source, Source, SumsOut) -> Void { tessera_instance_sums_f64 }
  static var instanceStatistics: (Int64, Int64, Int64, Double, Source, Sums, Target, Target) -> Void {
    tessera_instance_statistics_f64
  }
  static var instanceApply: (Int64, Int64, Source, Source, Source, Source, Source, Double, Target) -> Void {
    tessera_instance_apply_f64
  }
  static var instanceGradientSums:
    (Int64, Int64, Source, Source, Source, Source, Source, Double, Source, SumsOut) -> Void
  {
    tessera_instance_gradient_sums_f64
  }
  static var instanceBackward:
    (Int64, Int64, Source, Source, Source, Source, Source, Double, Source, Sums, Target) -> Void
  {
    tessera_instance_backward_f64
  }
  static func branch(_ x: Target, mean: Target, inverseDeviation: Target) -> TesseraNormalized_f64 {
    TesseraNormalized_f64(x: x, mean: mean, rstd: inverseDeviation)
  }
  static var residualNorm: (Int64, Int64, Branch, Branch, Double, Target) -> Void {
    tessera_residual_norm_f64
  }
  static var residualNormSums: (Int64, Int64, Branch, Branch, Double, Source, SumsOut) -> Void {
    tessera_residual_norm_sums_f64
  }
  static var residualNormBackward:
    (Int64, Int64, Branch, Branch, Double, Source, Sums, Target, Target) -> Void
  {
    tessera_residual_norm_backward_f64
  }
}
