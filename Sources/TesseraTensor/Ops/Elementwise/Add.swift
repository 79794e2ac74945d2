/// The sum of two tensors.
///
/// `y = a + b`
///
/// - Shape: the broadcast of both shapes.
/// - Memory: keeps nothing.
/// - Throws: when the shapes do not broadcast or the types differ.
public struct Add: Op {
  /// `add`, after PyTorch.
  public static let name = "add"
  /// For help.
  public static let summary = "The sum of two tensors, element by element."
  /// Two tensors.
  public static let signature = OpSignature(inputs: ["input", "other"])
  /// Equal shapes, and shapes that stretch.
  public static var samples: [OpSample] {
    [OpSample(Add(), .init([3, 4]), .init([3, 4])), OpSample(Add(), .init([2, 1, 3]), .init([4, 1]))]
  }

  /// Makes the op.
  public init() {}
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init() }

  /// The broadcast shape, in the memory order of the operand that has it.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    try [TensorSpec.pointwise(Self.name, inputs)]
  }

  /// Adds run by run.
  public func cpu(_ call: KernelCall) throws {
    try call.dispatch(Self.name, on: call.outputs[0]) {
      try call.pointwise(Float.self) { $0 + $1 }
    } float64: {
      try call.pointwise(Double.self) { $0 + $1 }
    }
  }

  /// Each operand gets the gradient, summed over the axes that stretched.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let gradient = try backward.gradient()
    return try backward.inputs.indices.map { index in
      backward.needs[index] ? try gradient.summed(to: backward.inputs[index].shape) : nil
    }
  }
}
