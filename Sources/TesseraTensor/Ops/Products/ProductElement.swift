import CKernels

/// A type that kernels compute in; each function once, by its C name.
protocol ProductElement: StoredElement, BinaryFloatingPoint where Real == Self {
  typealias Product = UnsafePointer<TesseraProduct>?

  static var dtype: DType { get }
  static var gemmScratch: (Product) -> Int { get }
  static var gemm: (Product, Self, Source, Source, Source, Target, UnsafeMutableRawPointer?) -> Void { get }
  static var sumSlabs: (Int64, Int64, Source, Target, Int64, Int64) -> Void { get }
}

extension Float: ProductElement {
  static var dtype: DType { .float32 }
  static var gemmScratch: (Product) -> Int { tessera_gemm_scratch_f32 }
  static var gemm: (Product, Float, Source, Source, Source, Target, UnsafeMutableRawPointer?) -> Void {
    tessera_gemm_f32
  }
  static var columnSums: (Int64, Int64, Source, Int64, Target) -> Void { tessera_column_sums_f32 }
  static var sumSlabs: (Int64, Int64, Source, Target, Int64, Int64) -> Void { tessera_sum_slabs_f32 }
}

extension Double: ProductElement {
  static var dtype: DType { .float64 }
  static var gemmScratch: (Product) -> Int { tessera_gemm_scratch_f64 }
  static var gemm: (Product, Double, Source, Source, Source, Target, UnsafeMutableRawPointer?) -> Void {
    tessera_gemm_f64
  }
  static var columnSums: (Int64, Int64, Source, Int64, Target) -> Void { tessera_column_sums_f64 }
  static var sumSlabs: (Int64, Int64, Source, Target, Int64, Int64) -> Void { tessera_sum_slabs_f64 }
}
