import CKernels

/// The input with one value wherever a mask holds.
///
/// `y = value if mask, else x`
///
/// - Parameters: `value`, the number to write.
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps the mask, a byte an element.
/// - Throws: when the shapes do not broadcast or the mask holds no truth values.
public struct MaskedFill: Op {
  /// `masked_fill`, after PyTorch.
  public static let name = "masked_fill"
  /// For help.
  public static let summary = "The input with one value wherever a mask holds."
  /// A tensor, a mask and a number.
  public static let signature = OpSignature(
    inputs: ["input", "mask"], parameters: [.required("value", .float)])
  /// Equal shapes, and a mask that stretches.
  public static var samples: [OpSample] {
    [
      OpSample(MaskedFill(value: -9), .init([3, 4]), .init([3, 4], 0...1, dtype: .bool)),
      OpSample(MaskedFill(value: 2), .init([2, 3, 4]), .init([3, 1], 0...1, dtype: .bool)),
    ]
  }
  /// The number to write.
  public let value: Double

  /// Makes the op.
  public init(value: Double) { self.value = value }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(value: try arguments.float("value")) }

  /// The broadcast shape, with the input's type.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try inputs[1].require(.bool, op: Self.name, argument: "mask")
    return [try TensorSpec.pointwise(Self.name, inputs, dtype: inputs[0].dtype)]
  }

  /// Selects between the value, which repeats with stride 0, and the input.
  public func cpu(_ call: KernelCall) throws {
    if let device = call.device {
      return try device.issue(
        .elementwise(
          .fillWhere(truth: true, value), output: call.outputs[0], inputs: [call.inputs[1], call.inputs[0]]))
    }
    let (x, mask, y) = (call.inputs[0], call.inputs[1], call.outputs[0])
    let walk = try Walk(op: Self.name, output: y, inputs: [mask, x])
    let still = [Int64](repeating: 0, count: walk.shape.count)
    let element = ElementBits(value, as: y.dtype)
    try call.slabs(of: walk) { range in
      let loops = Loops(walk, range)
      let steps = loops.strides
      element.withPointer { pointer in
        ck_where(
          Int32(y.dtype.byteCount), loops.rank, loops.shape, mask.elements(), steps[1], pointer, still,
          x.pointer, steps[2], y.pointer, steps[0], loops.begin, loops.end)
      }
    }
  }

  /// The mask says which elements the result does not depend on.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(1)] }

  /// Zero where the mask holds.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.gradients { _ in
      try backward.engine.run(MaskedFill(value: 0), gradient, backward.input(1))
    }
  }
}
