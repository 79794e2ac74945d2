import CKernels

/// A type for which there is fused window attention; each function once, by its C name.
protocol AttentionElement: ProductElement {
  typealias Windows = UnsafePointer<TesseraWindowAttention>?
  typealias Workspace = UnsafeMutableRawPointer?

  static var attentionScratch: (Windows) -> Int { get }
  static var attention:
    (Windows, Source, Source, Source, Target, Target, Int64, Int64, Int64, Workspace) -> Void
  { get }
  static var attentionBackward:
    (
      Windows, Source, Source, Source, Source, Source, Source, Target, Target, Target, Int64, Int64, Int64,
      Workspace
    ) -> Void
  { get }
}

extension Float: AttentionElement {
  static var attentionScratch: (Windows) -> Int { tessera_attention_scratch_f32 }
  static var attention:
    (Windows, Source, Source, Source, Target, Target, Int64, Int64, Int64, Workspace) -> Void
  {
    tessera_attention_f32
  }
  static var attentionBackward:
    (
      Windows, Source, Source, Source, Source, Source, Source, Target, Target, Target, Int64, Int64, Int64,
      Workspace
    ) -> Void
  {
    tessera_attention_backward_f32
  }
}

extension Double: AttentionElement {
  static var attentionScratch: (Windows) -> Int { tessera_attention_scratch_f64 }
  static var attention:
    (Windows, Source, Source, Source, Target, Target, Int64, Int64, Int64, Workspace) -> Void
  {
    tessera_attention_f64
  }
  static var attentionBackward:
    (
      Windows, Source, Source, Source, Source, Source, Source, Target, Target, Target, Int64, Int64, Int64,
      Workspace
    ) -> Void
  {
    tessera_attention_backward_f64
  }
}
