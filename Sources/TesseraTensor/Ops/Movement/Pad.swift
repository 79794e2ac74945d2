/// The tensor with a border of one value, or cropped where a width is negative.
///
/// - Parameters: `pad`, widths before and after, the last axis' pair first, as PyTorch's `F.pad` takes them;
///   `value`, what the border holds.
/// - Shape: each padded axis grows by its two widths.
/// - Memory: keeps nothing.
/// - Throws: when there are more pairs than axes, an odd number of widths, or an axis would become negative.
public struct Pad: Op {
  /// `pad`, after PyTorch.
  public static let name = "pad"
  /// For help.
  public static let summary = "The tensor with a border of one value."
  /// A tensor, widths and a value.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("pad", .ints), .optional("value", .float, .float(0))])
  /// One axis, all axes, a crop.
  public static var samples: [OpSample] {
    [
      OpSample(Pad([1, 2]), .init([3, 4])), OpSample(Pad([0, 1, 2, 0, 1, 1], value: 5), .init([2, 2, 3])),
      OpSample(Pad([-1, 1]), .init([2, 4])),
      OpSample(Pad([1, 0, 0, 1, 2, 0]), .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// Widths before and after each axis, the last axis first.
  public let widths: [Int]
  /// What the border holds.
  public let value: Double

  /// Makes the op.
  public init(_ widths: [Int], value: Double = 0) {
    self.widths = widths
    self.value = value
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(try arguments.ints("pad"), value: try arguments.float("value"))
  }

  /// Grown extents, in the input's memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let input = inputs[0]
    guard widths.count % 2 == 0, widths.count / 2 <= input.shape.rank else {
      throw TensorError.badParameter(
        op: Self.name, name: "pad", value: "\(widths)",
        rule: "it takes two widths a dim, for at most \(input.shape.rank) dims")
    }
    var shape = input.shape
    for axis in 0..<shape.rank { shape[axis] += before(axis, shape.rank) + after(axis, shape.rank) }
    guard shape.extents.allSatisfy({ $0 >= 0 }) else {
      throw TensorError.badParameter(
        op: Self.name, name: "pad", value: "\(widths)", rule: "it leaves no dim of \(input.shape) below 0")
    }
    return [TensorSpec(layout: input.layout.dense(for: shape), dtype: input.dtype)]
  }

  private func before(_ axis: Int, _ rank: Int) -> Int { width(2 * (rank - 1 - axis)) }
  private func after(_ axis: Int, _ rank: Int) -> Int { width(2 * (rank - 1 - axis) + 1) }
  private func width(_ position: Int) -> Int { position < widths.count ? widths[position] : 0 }

  /// Fills the result where there is a border, then copies what the input shares with it.
  public func cpu(_ call: KernelCall) throws {
    let (input, output) = (call.inputs[0], call.outputs[0])
    var from = input.layout
    var to = output.layout
    for axis in 0..<input.shape.rank {
      let shift = before(axis, input.shape.rank)
      let start = max(0, -shift)
      let stop = max(start, min(input.shape[axis], output.shape[axis] - shift))
      from = from.sliced(axis: axis, start: start, stop: stop, step: 1)
      to = to.sliced(axis: axis, start: start + shift, stop: stop + shift, step: 1)
    }
    if to.count < output.count { try call.fill(Self.name, value, output, output.layout) }
    try call.copy(Self.name, input, from, to: output, to)
  }

  /// The gradient without its border.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Pad(widths.map(-)), backward.gradient())]
  }

  /// Copies compute nothing.
  public func flops(of inputs: [TensorSpec]) -> Int { 0 }
}
