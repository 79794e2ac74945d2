import CKernels

/// An op that asks a question about two elements; the result is a tensor of truth values.
public protocol ComparisonOp: Op {}

extension ComparisonOp {
  /// Two tensors.
  public static var signature: OpSignature { OpSignature(inputs: ["input", "other"]) }
  /// The broadcast shape, as truth values; both inputs have one type.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    var spec = try TensorSpec.pointwise(Self.name, inputs)
    spec.dtype = .bool
    return [spec]
  }
  /// Answers have no slope.
  public var isDifferentiable: Bool { false }
}

/// An op on truth values.
public protocol LogicalOp: Op {}

extension LogicalOp {
  /// Two tensors.
  public static var signature: OpSignature { OpSignature(inputs: ["input", "other"]) }
  /// The broadcast shape; every input holds truth values.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    for (index, input) in inputs.enumerated() {
      try input.require(.bool, op: Self.name, argument: Self.signature.inputs[index])
    }
    return [try TensorSpec.pointwise(Self.name, inputs)]
  }
  /// Truth values have no slope.
  public var isDifferentiable: Bool { false }
}

extension KernelCall {
  /// Combines the truth values of the first two inputs.
  func logical(_ name: String, _ op: CKLogicalOp) throws {
    if let device {
      return try device.issue(.elementwise(.logical(op), output: outputs[0], inputs: inputs))
    }
    let (a, b, y) = (inputs[0], inputs[1], outputs[0])
    let walk = try Walk(op: name, output: y, inputs: [a, b])
    try slabs(of: walk) { range in
      let loops = Loops(walk, range)
      ck_logical(
        op, loops.rank, loops.shape, a.elements(), loops.strides[1], b.elements(), loops.strides[2],
        y.elements(), loops.strides[0], loops.begin, loops.end)
    }
  }
}
