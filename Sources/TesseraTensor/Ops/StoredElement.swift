import CKernels

/// A floating type as tensors store it, and the one that its kernels compute in.
///
/// float32 and float64 are both. The 16-bit types are storage: kernels widen a line or a tile on its way in and round
/// once on its way out, so statistics, sums, parameters' gradients and a kernel's own scratch are float32.
protocol StoredElement: Sendable {
  associatedtype Real: ProductElement
  typealias Source = UnsafePointer<Self>?
  typealias Target = UnsafeMutablePointer<Self>?
  typealias RealSource = UnsafePointer<Real>?
  typealias RealTarget = UnsafeMutablePointer<Real>?

  static var columnSums: (Int64, Int64, Source, Int64, RealTarget) -> Void { get }
}

/// A type for which there is every kernel of a network's step.
protocol KernelElement: AttentionElement, ConvolutionElement, DiceElement, GeluDropoutElement,
  NormalizationElement, SoftmaxElement
{}

extension Float: KernelElement {}
extension Double: KernelElement {}
extension TesseraBFloat16: KernelElement {}
extension TesseraFloat16: KernelElement {}

extension TesseraBFloat16: StoredElement {
  static var columnSums: (Int64, Int64, Source, Int64, UnsafeMutablePointer<Float>?) -> Void {
    tessera_column_sums_bf16
  }
}

extension TesseraFloat16: StoredElement {
  static var columnSums: (Int64, Int64, Source, Int64, UnsafeMutablePointer<Float>?) -> Void {
    tessera_column_sums_f16
  }
}

/// An op whose kernel exists once for every floating type that tensors store.
protocol FloatingOp: Op {
  /// The kernel.
  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws
}

extension KernelCall {
  /// Runs an op's kernel for the type of its first input.
  func compute(_ op: some FloatingOp) throws {
    switch inputs[0].dtype {
    case .float32: try op.compute(self, Float.self)
    case .float64: try op.compute(self, Double.self)
    case .bfloat16: try op.compute(self, TesseraBFloat16.self)
    case .float16: try op.compute(self, TesseraFloat16.self)
    case .int32, .int64, .bool:
      throw TensorError.wrongDType(
        op: type(of: op).name, argument: "input", expected: "a floating type", got: inputs[0].dtype)
    }
  }
}

extension DType {
  /// What kernels compute in: the type of statistics, sums and parameters' gradients.
  public var accumulation: DType { self == .bfloat16 || self == .float16 ? .float32 : self }
}

extension TensorSpec {
  /// Checks the type of a parameter beside a map of type `map`: the map's own, or what its kernels compute in.
  func requireParameter(of map: DType, op: String, argument: String) throws {
    guard dtype == map || dtype == map.accumulation else {
      throw TensorError.wrongDType(op: op, argument: argument, expected: map.rawValue, got: dtype)
    }
  }
}

extension KernelCall {
  /// Calls `body` with parameters in the type that kernels compute in: where they lie, or widened into scratch.
  func withParameters<Real: ProductElement>(
    _ indices: [Int], as type: Real.Type, _ body: ([SharedElements<Real>?]) throws -> Void
  ) throws {
    let views = indices.map { input($0) }
    let counts = views.map { view in view.map { $0.dtype == Real.dtype ? 0 : $0.count } ?? 0 }
    try Scratch.withElements(type, count: counts.reduce(0, +)) { scratch in
      var used = 0
      let pointers = zip(views, counts).map { view, count -> SharedElements<Real>? in
        guard let view, count > 0 else { return view?.shared(type) }
        defer { used += count }
        let target = scratch + used
        Conversion(count: count).run(view.pointer, view.dtype, target, Real.dtype)
        return SharedElements(base: target)
      }
      try body(pointers)
    }
  }
}

/// A run of elements from one type to another.
struct Conversion {
  let count: Int

  func run(_ source: UnsafeRawPointer, _ from: DType, _ target: UnsafeMutableRawPointer, _ to: DType) {
    let (extent, step): ([Int64], [Int64]) = ([Int64(count)], [1])
    ck_cast(from.kernelType, to.kernelType, 1, extent, source, step, target, step, 0, Int64(count))
  }
}

extension BackwardCall {
  /// A parameter's gradient as its kernel summed it, in the parameter's type.
  func asParameter(_ index: Int, _ gradient: Tensor) throws -> Tensor {
    try gradient.cast(to: inputs[index].dtype)
  }
}
