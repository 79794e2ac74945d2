import CKernels

/// Linear resampling of one to three spatial axes.
///
/// Every output position reads its two neighbours an axis, weighted by distance. With aligned corners output position
/// `o` lies at input `o (in − 1) / (out − 1)`, else at `max(0, (o + ½) · scale − ½)`.
///
/// - Shape: `[N, C, …]` to `[N, C, size…]`, stored channels-last.
/// - Memory: keeps nothing.
/// - Throws: when neither or both of size and scale factor are given, or they do not fit the axes.
public struct Interpolate: Op {
  /// `interpolate`, after PyTorch.
  public static let name = "interpolate"
  /// For help.
  public static let summary = "Linear resampling of the spatial axes."
  /// A tensor, size or scale factor, mode and corner rule.
  public static let signature = OpSignature(
    inputs: ["input"],
    parameters: [
      .optional("size", .dims, .none), .optional("scale_factor", .float, .none),
      .optional("mode", .string, .string("trilinear")), .optional("align_corners", .bool, .bool(false)),
    ], isMethod: false)
  /// Both corner rules, one to three axes, growing and shrinking.
  public static var samples: [OpSample] {
    [
      OpSample(Interpolate(scaleFactor: 2), .init([1, 3, 4, 3, 5], channelsLast: true)),
      OpSample(Interpolate(scaleFactor: 2, alignCorners: true), .init([2, 3, 4, 3, 5])),
      OpSample(Interpolate(size: [3, 7]), .init([2, 3, 5, 4])),
      OpSample(Interpolate(size: [1], alignCorners: true), .init([1, 2, 5])),
    ]
  }

  private enum Target: Sendable {
    case size([Int])
    case scale(Double)
  }
  private let target: Target
  /// Whether the corners of input and output meet.
  public let alignCorners: Bool

  /// Resamples to a size, one extent for all axes or one each.
  public init(size: [Int], alignCorners: Bool = false) {
    target = .size(size)
    self.alignCorners = alignCorners
  }

  /// Resamples every axis by a factor.
  public init(scaleFactor: Double, alignCorners: Bool = false) {
    target = .scale(scaleFactor)
    self.alignCorners = alignCorners
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    let mode = try arguments.string("mode")
    guard ["linear", "bilinear", "trilinear"].contains(mode) else {
      throw TensorError.badParameter(
        op: Self.name, name: "mode", value: mode, rule: "it is \"linear\", \"bilinear\" or \"trilinear\"")
    }
    let alignCorners = try arguments.bool("align_corners")
    let factor = try? arguments.float("scale_factor")
    switch (try arguments.dims("size"), factor) {
    case (let size?, nil): self.init(size: size, alignCorners: alignCorners)
    case (nil, let factor?): self.init(scaleFactor: factor, alignCorners: alignCorners)
    default:
      throw TensorError.badParameter(
        op: Self.name, name: "size", value: "with scale_factor", rule: "one of the two must be given")
    }
  }

  /// `[N, C, size…]`, channels-last.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let shape = inputs[0].shape
    guard (3...5).contains(shape.rank) else {
      throw TensorError.wrongRank(
        op: Self.name, argument: "input", expected: "[N, C] and one to three spatial axes", shape: shape)
    }
    let output = Shape(shape.extents.prefix(2) + (try size(of: shape)))
    return [TensorSpec(layout: Layout(channelsLast: output), dtype: inputs[0].dtype)]
  }

  private func size(of shape: Shape) throws -> [Int] {
    let axes = shape.rank - 2
    switch target {
    case .size(let size):
      guard size.count == 1 || size.count == axes, size.allSatisfy({ $0 > 0 }) else {
        throw TensorError.badParameter(
          op: Self.name, name: "size", value: "\(size)", rule: "it takes one or \(axes) positive extents")
      }
      return size.count == axes ? size : [Int](repeating: size[0], count: axes)
    case .scale(let factor):
      let size = shape.extents.dropFirst(2).map { Double($0) * factor }
      guard factor > 0, size.allSatisfy({ $0 >= 1 && $0 < 1e9 }) else {
        throw TensorError.badParameter(
          op: Self.name, name: "scale_factor", value: "\(factor)", rule: "it must leave at least one position"
        )
      }
      return size.map { Int($0) }
    }
  }

  /// The kernel's description of resampling `input` to `output`.
  func problem(input: Layout, output: Layout) -> TesseraResize {
    func three<Value>(_ values: [Value], _ fill: Value) -> (Value, Value, Value) {
      let all = [Value](repeating: fill, count: 3 - values.count) + values
      return (all[0], all[1], all[2])
    }
    func strides(_ layout: Layout) -> (Int64, Int64, Int64, Int64, Int64) {
      let spatial = three(layout.strides.dropFirst(2).map(Int64.init), 0)
      return (Int64(layout.strides[0]), Int64(layout.strides[1]), spatial.0, spatial.1, spatial.2)
    }
    let (from, to) = (input.shape.extents.dropFirst(2), output.shape.extents.dropFirst(2))
    let scales = zip(from, to).map { from, to in
      if case .scale(let factor) = target { return 1 / factor }
      return Double(from) / Double(to)
    }
    return TesseraResize(
      batch: Int64(input.shape[0]), channels: Int64(input.shape[1]), input: three(from.map(Int64.init), 1),
      output: three(to.map(Int64.init), 1), inputStrides: strides(input), outputStrides: strides(output),
      scale: three(scales, 1), alignCorners: alignCorners)
  }

  /// Any strides; channels next to each other run fastest.
  public func cpu(_ call: KernelCall) throws {
    let (x, y) = (call.inputs[0], call.outputs[0])
    try call.checkFloating(Self.name)
    let problem = problem(input: x.layout, output: y.layout)
    let lines = Int(problem.batch * problem.output.0 * problem.output.1)
    try call.parallel.run(count: lines, slab: 16) { range in
      var problem = problem
      let (begin, end) = (Int64(range.lowerBound), Int64(range.upperBound))
      if y.dtype == .float32 {
        tessera_resize_f32(&problem, x.float32, y.float32, begin, end)
      } else {
        tessera_resize_f64(&problem, x.float64, y.float64, begin, end)
      }
    }
  }

  /// Every input position collects from the outputs that read it.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let op = InterpolateBackward(forward: self, input: backward.inputs[0].shape)
    return [try backward.engine.run(op, backward.gradient())]
  }

  /// Eight products a position in three dimensions.
  public func flops(of inputs: [TensorSpec]) -> Int {
    ((try? results(of: inputs).first?.shape.count) ?? 0) * (2 << max(0, inputs[0].shape.rank - 2))
  }
}

/// The gradient of ``Interpolate``.
struct InterpolateBackward: Op {
  static let name = "interpolate_backward"
  static let summary = "The gradient of interpolate."
  let forward: Interpolate
  let input: Shape

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(layout: Layout(channelsLast: input), dtype: inputs[0].dtype)]
  }

  func cpu(_ call: KernelCall) throws {
    let (dy, dx) = (call.inputs[0], call.outputs[0])
    try call.checkFloating(Self.name)
    let problem = forward.problem(input: dx.layout, output: dy.layout)
    let lines = Int(problem.batch * problem.input.0 * problem.input.1)
    try call.parallel.run(count: lines, slab: 16) { range in
      var problem = problem
      let (begin, end) = (Int64(range.lowerBound), Int64(range.upperBound))
      if dx.dtype == .float32 {
        tessera_resize_backward_f32(&problem, dy.float32, dx.float32, begin, end)
      } else {
        tessera_resize_backward_f64(&problem, dy.float64, dx.float64, begin, end)
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 16 * inputs[0].shape.count }
}
