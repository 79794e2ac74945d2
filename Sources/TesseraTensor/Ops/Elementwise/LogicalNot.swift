import CKernels

/// The opposite of each truth value.
///
/// `y = ¬x`
///
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when the input is no tensor of truth values.
public struct LogicalNot: ParameterlessOp, LogicalOp {
  /// `logical_not`, after PyTorch.
  public static let name = "logical_not"
  /// For help.
  public static let summary = "The opposite of each truth value."
  /// One tensor.
  public static let signature = OpSignature(inputs: ["input"])
  /// A matrix.
  public static var samples: [OpSample] { [OpSample(LogicalNot(), .init([3, 4], 0...1, dtype: .bool))] }

  /// Makes the op.
  public init() {}

  /// Negates byte by byte.
  public func cpu(_ call: KernelCall) throws {
    if let device = call.device {
      return try device.issue(.elementwise(.logicalNot, output: call.outputs[0], inputs: call.inputs))
    }
    let (x, y) = (call.inputs[0], call.outputs[0])
    let walk = try Walk(op: Self.name, output: y, inputs: [x])
    try call.slabs(of: walk) { range in
      let loops = Loops(walk, range)
      ck_logical_not(
        loops.rank, loops.shape, x.elements(), loops.strides[1], y.elements(), loops.strides[0], loops.begin,
        loops.end)
    }
  }
}

extension Tensor {
  /// The opposite of each truth value.
  func logicallyNegated() throws -> Tensor { try engine.run(LogicalNot(), self) }
}
