import CKernels

/// The fused window attention of one stored type.
struct AttentionKernels<Element: AttentionElement> {
  typealias Windows = UnsafePointer<TesseraWindowAttention>?
  typealias Workspace = UnsafeMutableRawPointer?

  let scratch: (Windows) -> Int
  let forward:
    (
      Windows, Element.Source, Element.RealSource, Element.RealSource, Element.Target, Element.RealTarget,
      Int64, Int64, Int64, Workspace
    ) -> Void
  let backward:
    (
      Windows, Element.Source, Element.RealSource, Element.RealSource, Element.Source, Element.RealSource,
      Element.Source, Element.Target, Element.RealTarget, Element.RealTarget, Int64, Int64, Int64, Workspace
    ) -> Void
}

/// A type for which there is fused window attention; each function once, by its C name.
protocol AttentionElement: StoredElement {
  static var attention: AttentionKernels<Self> { get }
}

extension Float: AttentionElement {
  static var attention: AttentionKernels<Self> {
    AttentionKernels(
      scratch: tessera_attention_scratch_f32, forward: tessera_attention_f32,
      backward: tessera_attention_backward_f32)
  }
}

extension Double: AttentionElement {
  static var attention: AttentionKernels<Self> {
    AttentionKernels(
      scratch: tessera_attention_scratch_f64, forward: tessera_attention_f64,
      backward: tessera_attention_backward_f64)
  }
}

extension TesseraBFloat16: AttentionElement {
  static var attention: AttentionKernels<Self> {
    AttentionKernels(
      scratch: tessera_attention_scratch_bf16, forward: tessera_attention_bf16,
      backward: tessera_attention_backward_bf16)
  }
}

extension TesseraFloat16: AttentionElement {
  static var attention: AttentionKernels<Self> {
    AttentionKernels(
      scratch: tessera_attention_scratch_f16, forward: tessera_attention_f16,
      backward: tessera_attention_backward_f16)
  }
}
