import CKernels

/// The convolutions of one stored type.
struct ConvolutionKernels<Element: ConvolutionElement> {
  typealias Problem = UnsafePointer<TesseraConvolution>?
  typealias Pass = TesseraConvolutionPass
  typealias Bytes = UnsafeMutableRawPointer?
  typealias Reads = UnsafePointer<TesseraConvolutionSource>?

  let packedCount: (Problem, Pass) -> Int64
  let pack: (Problem, Pass, Element.RealSource, Element.RealTarget, Int64, Int64) -> Void
  let scratch: (Problem, Reads) -> Int
  let run:
    (
      Problem, Pass, Reads, Element.RealSource, Element.RealSource, Bool, Element.Target, Int64, Int64, Bytes
    ) -> Void
  let partialCount: (Problem) -> Int64
  let weightUnits: (Problem) -> Int64
  let weightSharing: (Problem, Reads) -> Int64
  let weightScratch: (Problem, Reads) -> Int
  let weightPartial:
    (Problem, Reads, Element.Source, Element.RealTarget, Int64, Int64, Int64, Int64, Bytes) -> Void
  let finishScratch: (Problem) -> Int
  let weightFinish: (Problem, Element.RealSource, Int64, Element.RealTarget, Int64, Int64, Bytes) -> Void
}

/// A type for which there are convolutions; each function once, by its C name.
///
/// Weights are packed and summed in the type that is computed with.
protocol ConvolutionElement: StoredElement {
  static var convolution: ConvolutionKernels<Self> { get }
}

extension Float: ConvolutionElement {
  static var convolution: ConvolutionKernels<Self> {
    ConvolutionKernels(
      packedCount: tessera_convolution_packed_count_f32, pack: tessera_convolution_pack_f32,
      scratch: tessera_convolution_scratch_f32, run: tessera_convolution_run_f32,
      partialCount: tessera_convolution_partial_count_f32,
      weightUnits: tessera_convolution_weight_units_f32,
      weightSharing: tessera_convolution_weight_sharing_f32,
      weightScratch: tessera_convolution_weight_scratch_f32,
      weightPartial: tessera_convolution_weight_partial_f32,
      finishScratch: tessera_convolution_finish_scratch_f32,
      weightFinish: tessera_convolution_weight_finish_f32)
  }
}

extension Double: ConvolutionElement {
  static var convolution: ConvolutionKernels<Self> {
    ConvolutionKernels(
      packedCount: tessera_convolution_packed_count_f64, pack: tessera_convolution_pack_f64,
      scratch: tessera_convolution_scratch_f64, run: tessera_convolution_run_f64,
      partialCount: tessera_convolution_partial_count_f64,
      weightUnits: tessera_convolution_weight_units_f64,
      weightSharing: tessera_convolution_weight_sharing_f64,
      weightScratch: tessera_convolution_weight_scratch_f64,
      weightPartial: tessera_convolution_weight_partial_f64,
      finishScratch: tessera_convolution_finish_scratch_f64,
      weightFinish: tessera_convolution_weight_finish_f64)
  }
}

extension TesseraBFloat16: ConvolutionElement {
  static var convolution: ConvolutionKernels<Self> {
    ConvolutionKernels(
      packedCount: tessera_convolution_packed_count_f32, pack: tessera_convolution_pack_f32,
      scratch: tessera_convolution_scratch_bf16, run: tessera_convolution_run_bf16,
      partialCount: tessera_convolution_partial_count_f32,
      weightUnits: tessera_convolution_weight_units_f32,
      weightSharing: tessera_convolution_weight_sharing_bf16,
      weightScratch: tessera_convolution_weight_scratch_bf16,
      weightPartial: tessera_convolution_weight_partial_bf16,
      finishScratch: tessera_convolution_finish_scratch_f32,
      weightFinish: tessera_convolution_weight_finish_f32)
  }
}

extension TesseraFloat16: ConvolutionElement {
  static var convolution: ConvolutionKernels<Self> {
    ConvolutionKernels(
      packedCount: tessera_convolution_packed_count_f32, pack: tessera_convolution_pack_f32,
      scratch: tessera_convolution_scratch_f16, run: tessera_convolution_run_f16,
      partialCount: tessera_convolution_partial_count_f32,
      weightUnits: tessera_convolution_weight_units_f32,
      weightSharing: tessera_convolution_weight_sharing_f16,
      weightScratch: tessera_convolution_weight_scratch_f16,
      weightPartial: tessera_convolution_weight_partial_f16,
      finishScratch: tessera_convolution_finish_scratch_f32,
      weightFinish: tessera_convolution_weight_finish_f32)
  }
}
