import CKernels

/// A type for which there are convolutions; each function once, by its C name.
protocol ConvolutionElement: ProductElement {
  typealias Problem = UnsafePointer<TesseraConvolution>?
  typealias Pass = TesseraConvolutionPass
  typealias Bytes = UnsafeMutableRawPointer?
  typealias Reads = UnsafePointer<TesseraConvolutionSource>?

  static var packedCount: (Problem, Pass) -> Int64 { get }
  static var pack: (Problem, Pass, Source, Target, Int64, Int64) -> Void { get }
  static var convolutionScratch: (Problem, Reads) -> Int { get }
  static var convolve: (Problem, Pass, Reads, Source, Source, Bool, Target, Int64, Int64, Bytes) -> Void {
    get
  }
  static var partialCount: (Problem) -> Int64 { get }
  static var weightScratch: (Problem, Reads) -> Int { get }
  static var weightPartial: (Problem, Reads, Source, Target, Int64, Int64, Int64, Int64, Bytes) -> Void {
    get
  }
  static var weightFinish: (Problem, Source, Int64, Target, Int64, Int64) -> Void { get }
}

extension Float: ConvolutionElement {
  static var packedCount: (Problem, Pass) -> Int64 { tessera_convolution_packed_count_f32 }
  static var pack: (Problem, Pass, Source, Target, Int64, Int64) -> Void { tessera_convolution_pack_f32 }
  static var convolutionScratch: (Problem, Reads) -> Int { tessera_convolution_scratch_f32 }
  static var convolve: (Problem, Pass, Reads, Source, Source, Bool, Target, Int64, Int64, Bytes) -> Void {
    tessera_convolution_run_f32
  }
  static var partialCount: (Problem) -> Int64 { tessera_convolution_partial_count_f32 }
  static var weightScratch: (Problem, Reads) -> Int { tessera_convolution_weight_scratch_f32 }
  static var weightPartial: (Problem, Reads, Source, Target, Int64, Int64, Int64, Int64, Bytes) -> Void {
    tessera_convolution_weight_partial_f32
  }
  static var weightFinish: (Problem, Source, Int64, Target, Int64, Int64) -> Void {
    tessera_convolution_weight_finish_f32
  }
}

extension Double: ConvolutionElement {
  static var packedCount: (Problem, Pass) -> Int64 { tessera_convolution_packed_count_f64 }
  static var pack: (Problem, Pass, Source, Target, Int64, Int64) -> Void { tessera_convolution_pack_f64 }
  static var convolutionScratch: (Problem, Reads) -> Int { tessera_convolution_scratch_f64 }
  static var convolve: (Problem, Pass, Reads, Source, Source, Bool, Target, Int64, Int64, Bytes) -> Void {
    tessera_convolution_run_f64
  }
  static var partialCount: (Problem) -> Int64 { tessera_convolution_partial_count_f64 }
  static var weightScratch: (Problem, Reads) -> Int { tessera_convolution_weight_scratch_f64 }
  static var weightPartial: (Problem, Reads, Source, Target, Int64, Int64, Int64, Int64, Bytes) -> Void {
    tessera_convolution_weight_partial_f64
  }
  static var weightFinish: (Problem, Source, Int64, Target, Int64, Int64) -> Void {
    tessera_convolution_weight_finish_f64
  }
}
