import CKernels

/// The same values in another type.
///
/// Floats round to nearest even; to integers they truncate and saturate, and NaN becomes 0; to bool all but 0 is true.
///
/// - Parameters: `dtype`, the type of the result.
/// - Shape: the input's.
/// - Memory: keeps nothing.
public struct Cast: Op {
  /// `to`, after PyTorch.
  public static let name = "to"
  /// For help.
  public static let summary = "The same values in another type."
  /// One tensor and the name of a type.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("dtype", .string)])
  /// Between floats, and to integers.
  public static var samples: [OpSample] {
    [
      OpSample(Cast(to: .float64), .init([3, 4], dtype: .float32)),
      OpSample(Cast(to: .int32), .init([3, 4], -9...9)),
    ]
  }
  /// The type of the result.
  public let dtype: DType

  /// Makes the op.
  public init(to dtype: DType) { self.dtype = dtype }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    let text = try arguments.string("dtype")
    guard let dtype = DType(rawValue: text) else {
      let names = DType.allCases.map(\.rawValue).joined(separator: ", ")
      throw TensorError.badParameter(op: Self.name, name: "dtype", value: text, rule: "it is one of \(names)")
    }
    self.init(to: dtype)
  }

  /// The input's shape and memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [try TensorSpec.pointwise(Self.name, inputs, dtype: dtype)]
  }

  /// Converts slab by slab.
  public func cpu(_ call: KernelCall) throws {
    if let device = call.device {
      return try device.issue(.elementwise(.cast, output: call.outputs[0], inputs: call.inputs))
    }
    let (x, y) = (call.inputs[0], call.outputs[0])
    let walk = try Walk(op: Self.name, output: y, inputs: [x])
    try call.slabs(of: walk) { range in
      let loops = Loops(walk, range)
      ck_cast(
        x.dtype.kernelType, y.dtype.kernelType, loops.rank, loops.shape, x.pointer, loops.strides[1],
        y.pointer, loops.strides[0], loops.begin, loops.end)
    }
  }

  /// The gradient is converted back.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Cast(to: backward.inputs[0].dtype), backward.gradient())]
  }
}
