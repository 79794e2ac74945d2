import CKernels

/// Elements of one tensor where a condition holds, of another where it does not.
///
/// `y = a if condition, else b`
///
/// - Shape: the broadcast of all three shapes.
/// - Memory: keeps the condition, a byte an element.
/// - Throws: when the shapes do not broadcast, the types of `a` and `b` differ, or the condition holds no truth values.
public struct Where: ParameterlessOp {
  /// `where`, after PyTorch.
  public static let name = "where"
  /// For help.
  public static let summary = "Elements of one tensor where a condition holds, of another elsewhere."
  /// The condition and two tensors.
  public static let signature = OpSignature(inputs: ["condition", "input", "other"], isMethod: false)
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [
      OpSample(Where(), .init([3, 4], 0...1, dtype: .bool), .init([3, 4]), .init([3, 4])),
      OpSample(Where(), .init([3, 1], 0...1, dtype: .bool), .init([4]), .init([2, 3, 4])),
    ]
  }

  /// Makes the op.
  public init() {}

  /// The broadcast shape, with the type of the two tensors.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try inputs[0].require(.bool, op: Self.name, argument: "condition")
    try inputs[2].require(inputs[1].dtype, op: Self.name, argument: "other")
    return [try TensorSpec.pointwise(Self.name, [inputs[1], inputs[2], inputs[0]], dtype: inputs[1].dtype)]
  }

  /// Selects by element size: values are moved, not interpreted.
  public func cpu(_ call: KernelCall) throws {
    if let device = call.device {
      return try device.issue(.elementwise(.select, output: call.outputs[0], inputs: call.inputs))
    }
    let (condition, a, b, y) = (call.inputs[0], call.inputs[1], call.inputs[2], call.outputs[0])
    let walk = try Walk(op: Self.name, output: y, inputs: [condition, a, b])
    try call.slabs(of: walk) { range in
      let loops = Loops(walk, range)
      let steps = loops.strides
      ck_where(
        Int32(y.dtype.byteCount), loops.rank, loops.shape, condition.elements(), steps[1], a.pointer,
        steps[2],
        b.pointer, steps[3], y.pointer, steps[0], loops.begin, loops.end)
    }
  }

  /// The condition says whose gradient it is.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0)] }

  /// Each tensor gets the gradient where it was chosen, summed over the axes that stretched.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    let condition = try backward.input(0)
    return try backward.gradients { index in
      let others = index == 1 ? try condition.logicallyNegated() : condition
      return try backward.engine.run(MaskedFill(value: 0), gradient, others)
    }
  }
}
