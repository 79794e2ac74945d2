import CKernels

/// A type for which there are softmax kernels; each function once, by its C name.
protocol SoftmaxElement: StoredElement {
  typealias Rows = UnsafePointer<TesseraSoftmax>?

  static var softmax: (Rows, Source, Target) -> Void { get }
  static var softmaxBackward: (Rows, Source, Source, Target) -> Void { get }
}

extension Float: SoftmaxElement {
  static var softmax: (Rows, Source, Target) -> Void { tessera_softmax_f32 }
  static var softmaxBackward: (Rows, Source, Source, Target) -> Void { tessera_softmax_backward_f32 }
}

extension Double: SoftmaxElement {
  static var softmax: (Rows, Source, Target) -> Void { tessera_softmax_f64 }
  static var softmaxBackward: (Rows, Source, Source, Target) -> Void { tessera_softmax_backward_f64 }
}

extension TesseraBFloat16: SoftmaxElement {
  static var softmax: (Rows, Source, Target) -> Void { tessera_softmax_bf16 }
  static var softmaxBackward: (Rows, Source, Source, Target) -> Void { tessera_softmax_backward_bf16 }
}

extension TesseraFloat16: SoftmaxElement {
  static var softmax: (Rows, Source, Target) -> Void { tessera_softmax_f16 }
  static var softmaxBackward: (Rows, Source, Source, Target) -> Void { tessera_softmax_backward_f16 }
}

/// How a dense tensor splits around one axis in memory: `[outer, count, inner]`.
struct AxisSplit {
  let outer: Int
  let count: Int
  let inner: Int

  init(_ layout: Layout, axis: Int) {
    count = layout.rank == 0 ? 1 : layout.shape[axis]
    // With one element on the axis its stride says nothing, and every element is a row of its own.
    inner = count > 1 ? layout.strides[axis] : 1
    outer = count == 0 ? 0 : layout.count / (count * inner)
  }

  /// Calls `body` with slabs of rows on all cores: whole outer indices, or parts of the inner one if there are few.
  func run(_ parallel: Parallel, logarithm: Bool, _ body: @Sendable (TesseraSoftmax) -> Void) throws {
    let slabElements = 1 << 20
    let outerSlab = max(1, slabElements / max(1, count * inner))
    let innerSlab = min(inner, max(64, slabElements / max(1, count) / 64 * 64))
    let innerSlabs = (inner + innerSlab - 1) / innerSlab
    let outerSlabs = (outer + outerSlab - 1) / outerSlab
    try parallel.run(count: outerSlabs * innerSlabs, slab: 1) { range in
      for piece in range {
        let (o, i) = (piece / innerSlabs * outerSlab, piece % innerSlabs * innerSlab)
        body(
          TesseraSoftmax(
            count: Int64(count), inner: Int64(inner), outerBegin: Int64(o),
            outerEnd: Int64(min(outer, o + outerSlab)), innerBegin: Int64(i),
            innerEnd: Int64(min(inner, i + innerSlab)), logarithm: logarithm))
      }
    }
  }
}

extension KernelCall {
  /// Input `index` where it lies as output 0 does, or else its values copied into output 0.
  func alignedInput(_ index: Int) throws -> TensorView {
    let (source, target) = (inputs[index], outputs[0])
    if source.layout.strides == target.layout.strides { return source }
    try copy(source, to: target)
    return target
  }

  /// Copies values between two layouts of one shape.
  private func copy(_ source: TensorView, to target: TensorView) throws {
    let extents = target.shape.extents.map(Int64.init)
    let from = source.layout.strides.map(Int64.init)
    let to = target.layout.strides.map(Int64.init)
    let size = Int32(target.dtype.byteCount)
    try parallel.run(count: target.count, slab: 1 << 20) { range in
      ck_copy(
        size, Int32(extents.count), extents, source.pointer, from, target.pointer, to,
        Int64(range.lowerBound),
        Int64(range.upperBound))
    }
  }
}
