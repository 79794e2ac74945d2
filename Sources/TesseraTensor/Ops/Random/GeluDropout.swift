import CKernels

/// A GELU and a dropout in one pass, whose mask is drawn again in backward instead of kept.
///
/// `y = x Φ(x) m / (1 − p)`, with the m that ``Dropout`` draws from the same stream
///
/// - Parameters: `p`, how often an element is dropped.
/// - Shape: the input's, row-major.
/// - Memory: keeps the input; of the separate ops' nine bytes an element (input, mask and, for what follows, the result)
///   four, where the result is made again. The gradient is written over the result's where nobody else holds that.
/// - Throws: when p is outside 0...1 or the input is not floating.
public struct GeluDropout: FloatingOp {
  /// `gelu_dropout`.
  public static let name = "gelu_dropout"
  /// For help.
  public static let summary = "A gelu and a dropout in one pass."
  /// At the common rates and at the ends, and over more than one chunk of the mask.
  public static var samples: [OpSample] {
    [0.5, 0, 1].map {
      OpSample(GeluDropout($0, stream: RandomStream(seed: 1, stream: 2)), .init([5, 8], -3...3))
    } + [OpSample(GeluDropout(0.1, stream: RandomStream(seed: 1, stream: 2)), .init([3, 7, 60], -3...3))]
  }
  /// What is dropped.
  public let dropout: Dropout

  /// Makes the op.
  public init(_ probability: Double, stream: RandomStream) {
    dropout = Dropout(probability, stream: stream)
  }

  /// The input's shape and type.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try dropout.results(of: [TensorSpec(inputs[0].shape, inputs[0].dtype)]).dropLast()
  }

  /// The order in which numbers are drawn.
  public func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  /// One pass; on a device the kernels of both ops.
  public func cpu(_ call: KernelCall) throws {
    guard let device = call.device else { return try call.compute(self) }
    let (x, y) = (call.inputs[0], call.outputs[0])
    try device.issue(.elementwise(.unary(.gelu, p: 0, q: 0), output: y, inputs: [x]))
    try dropout.issueMasking(y, to: device)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, y, rule) = (call.inputs[0].shared(type), call.outputs[0].shared(type), dropout.rule)
    try call.parallel.run(count: call.outputs[0].count, slab: Walk.slab) { slab in
      withUnsafePointer(to: rule) { rule in
        Element.geluDropout(rule, x.base, y.base, Int64(slab.lowerBound), Int64(slab.upperBound))
      }
    }
  }

  /// The slope is a function of the input and the mask of its number.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// The gradient under the same mask and scale, times the gelu's slope.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.overGradient(GeluDropoutBackward(dropout: dropout), backward.input(0))]
  }

  /// A gelu's, a number drawn and a product.
  public func flops(of inputs: [TensorSpec]) -> Int { 3 * inputs[0].shape.count }
}

/// The gradient of a ``GeluDropout``, from the input and the gradient of the output.
///
/// - Shape: the output's; it may lie over the gradient.
/// - Memory: keeps nothing.
struct GeluDropoutBackward: FloatingOp {
  static let name = "gelu_dropout_backward"
  static let summary = "The gradient of a gelu and a dropout."
  let dropout: Dropout

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  func cpu(_ call: KernelCall) throws {
    guard let device = call.device else { return try call.compute(self) }
    let (x, dy, dx) = (call.inputs[0], call.inputs[1], call.outputs[0])
    try device.issue(.elementwise(.copy, output: dx, inputs: [dy]))
    try dropout.issueMasking(dx, to: device)
    try device.issue(.elementwise(.binary(.geluBackward, p: 0, q: 0), output: dx, inputs: [x, dx]))
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let (x, dy) = (call.inputs[0].shared(type), call.inputs[1].shared(type))
    let (dx, rule) = (call.outputs[0].shared(type), dropout.rule)
    try call.parallel.run(count: call.outputs[0].count, slab: Walk.slab) { slab in
      withUnsafePointer(to: rule) { rule in
        Element.geluDropoutBackward(
          rule, x.base, dy.base, dx.base, Int64(slab.lowerBound), Int64(slab.upperBound))
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 4 * inputs[0].shape.count }
}

extension Dropout {
  fileprivate var rule: TesseraDropout {
    TesseraDropout(key: stream.seed, stream: stream.stream, keep: Float(1 - probability), scale: scale)
  }

  /// Scales a row-major tensor on a device and zeroes what is dropped; the mask is gone when the op ends.
  fileprivate func issueMasking(_ y: TensorView, to device: any KernelDevice) throws {
    let mask = try device.scratch(Layout(rowMajor: y.shape), .bool)
    try device.issue(.draw(.bernoulli(probability: 1 - probability), stream, output: mask))
    try device.issue(.elementwise(.unary(.multiplyScalar, p: scale, q: 0), output: y, inputs: [y]))
    try device.issue(.elementwise(.fillWhere(truth: false, 0), output: y, inputs: [mask, y]))
  }
}

/// A type for which there are kernels of a GELU with a dropout; each function once, by its C name.
protocol GeluDropoutElement: StoredElement {
  typealias Rule = UnsafePointer<TesseraDropout>?

  static var geluDropout: (Rule, Source, Target, Int64, Int64) -> Void { get }
  static var geluDropoutBackward: (Rule, Source, Source, Target, Int64, Int64) -> Void { get }
}

extension Float: GeluDropoutElement {
  static var geluDropout: (Rule, Source, Target, Int64, Int64) -> Void { tessera_gelu_dropout_f32 }
  static var geluDropoutBackward: (Rule, Source, Source, Target, Int64, Int64) -> Void {
    tessera_gelu_dropout_backward_f32
  }
}

extension Double: GeluDropoutElement {
  static var geluDropout: (Rule, Source, Target, Int64, Int64) -> Void { tessera_gelu_dropout_f64 }
  static var geluDropoutBackward: (Rule, Source, Source, Target, Int64, Int64) -> Void {
    tessera_gelu_dropout_backward_f64
  }
}

extension TesseraBFloat16: GeluDropoutElement {
  static var geluDropout: (Rule, Source, Target, Int64, Int64) -> Void { tessera_gelu_dropout_bf16 }
  static var geluDropoutBackward: (Rule, Source, Source, Target, Int64, Int64) -> Void {
    tessera_gelu_dropout_backward_bf16
  }
}

extension TesseraFloat16: GeluDropoutElement {
  static var geluDropout: (Rule, Source, Target, Int64, Int64) -> Void { tessera_gelu_dropout_f16 }
  static var geluDropoutBackward: (Rule, Source, Source, Target, Int64, Int64) -> Void {
    tessera_gelu_dropout_backward_f16
  }
}

extension Tensor {
  /// `gelu().dropout(p)` in one pass, with the numbers that ``dropout(_:)`` would draw here.
  public func geluDropout(_ p: Double) throws -> Tensor {
    try engine.run(GeluDropout(p, stream: engine.nextRandomStream()), self)
  }
}
