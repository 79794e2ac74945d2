import CKernels

/// The exponentials of an axis, divided by their sum.
///
/// `y_i = e^(x_i − max) / Σ_j e^(x_j − max)`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the axis is out of range.
public struct Softmax: FloatingOp {
  /// `softmax`, after PyTorch.
  public static let name = "softmax"
  /// For help.
  public static let summary = "Exponentials along an axis that sum to one."
  /// A tensor and the axis.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.optional("dim", .int, .int(-1))])
  /// Last, middle and channels-last axes.
  public static var samples: [OpSample] {
    [
      OpSample(Softmax(axis: -1), .init([3, 5, 17], -5...5)), OpSample(Softmax(axis: 1), .init([2, 5, 70])),
      OpSample(Softmax(axis: 1), .init([2, 3, 4, 5], channelsLast: true)),
    ]
  }

  /// The axis.
  public let axis: Int

  /// Makes the op.
  public init(axis: Int) { self.axis = axis }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(axis: try arguments.int("dim")) }

  /// The input's shape and memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    _ = try inputs[0].shape.axis(axis, op: Self.name)
    return [TensorSpec(layout: inputs[0].layout.dense(for: inputs[0].shape), dtype: inputs[0].dtype)]
  }

  /// The row's maximum is subtracted first, so that no exponential overflows.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    try call.softmax(type, Self.name, axis: axis, logarithm: false)
  }

  /// With y the result: `dx = y (dy − Σ dy y)`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let op = SoftmaxBackward(axis: axis, logarithm: false)
    return [try backward.engine.run(op, backward.result(), backward.gradient())]
  }

  /// The gradient reads the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// Maximum, exponential, sum and division.
  public func flops(of inputs: [TensorSpec]) -> Int { 5 * inputs[0].shape.count }
}

/// The logarithm of ``Softmax``, computed without forming it.
///
/// `y_i = x_i − max − log Σ_j e^(x_j − max)`
///
/// - Shape: the input's.
/// - Memory: keeps the result.
/// - Throws: when the axis is out of range.
public struct LogSoftmax: FloatingOp {
  /// `log_softmax`, after PyTorch.
  public static let name = "log_softmax"
  /// For help.
  public static let summary = "The logarithm of softmax, accurate where softmax rounds to 0 or 1."
  /// A tensor and the axis.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.optional("dim", .int, .int(-1))])
  /// Last and channel axes.
  public static var samples: [OpSample] {
    [
      OpSample(LogSoftmax(axis: -1), .init([3, 5, 17], -5...5)),
      OpSample(LogSoftmax(axis: 1), .init([2, 3, 4, 5, 6], channelsLast: true)),
    ]
  }

  /// The axis.
  public let axis: Int

  /// Makes the op.
  public init(axis: Int) { self.axis = axis }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(axis: try arguments.int("dim")) }

  /// The input's shape and memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    _ = try inputs[0].shape.axis(axis, op: Self.name)
    return [TensorSpec(layout: inputs[0].layout.dense(for: inputs[0].shape), dtype: inputs[0].dtype)]
  }

  /// The row's maximum is subtracted first, so that no exponential overflows.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    try call.softmax(type, Self.name, axis: axis, logarithm: true)
  }

  /// With y the result: `dx = dy − e^y Σ dy`.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let op = SoftmaxBackward(axis: axis, logarithm: true)
    return [try backward.engine.run(op, backward.result(), backward.gradient())]
  }

  /// The gradient reads the result.
  public func keeps(needs: [Bool]) -> [Kept] { [.result(0)] }

  /// Maximum, exponential, sum and subtraction.
  public func flops(of inputs: [TensorSpec]) -> Int { 5 * inputs[0].shape.count }
}

/// The gradient of ``Softmax`` or ``LogSoftmax`` from its result.
struct SoftmaxBackward: FloatingOp {
  static let name = "softmax_backward"
  static let summary = "The gradient of softmax from its result."
  let axis: Int
  let logarithm: Bool

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(layout: inputs[0].layout.dense(for: inputs[0].shape), dtype: inputs[0].dtype)]
  }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let axis = try call.outputs[0].shape.axis(axis, op: Self.name)
    let (y, dy) = (call.inputs[0].shared(type), try call.alignedInput(1).shared(type))
    let dx = call.outputs[0].shared(type)
    try AxisSplit(call.outputs[0].layout, axis: axis).run(call.parallel, logarithm: logarithm) { rows in
      var rows = rows
      Element.softmaxBackward(&rows, y.base, dy.base, dx.base)
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 4 * inputs[0].shape.count }
}

extension KernelCall {
  fileprivate func softmax<Element: SoftmaxElement>(
    _ type: Element.Type, _ op: String, axis: Int, logarithm: Bool
  ) throws {
    let axis = try outputs[0].shape.axis(axis, op: op)
    let (x, y) = (try alignedInput(0).shared(type), outputs[0].shared(type))
    try AxisSplit(outputs[0].layout, axis: axis).run(parallel, logarithm: logarithm) { rows in
      var rows = rows
      Element.softmax(&rows, x.base, y.base)
    }
  }
}
