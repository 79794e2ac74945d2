/// The elements in reverse order along axes.
///
/// - Parameters: `dims`, the axes.
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist.
public struct Flip: Op {
  /// `flip`, after PyTorch.
  public static let name = "flip"
  /// For help.
  public static let summary = "The elements in reverse order along axes."
  /// A tensor and axes.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.required("dims", .ints)])
  /// One axis, two axes.
  public static var samples: [OpSample] {
    [
      OpSample(Flip([0]), .init([3, 4])), OpSample(Flip([-1, 0]), .init([2, 3, 4])),
      OpSample(Flip([2]), .init([2, 3, 4, 2, 2], channelsLast: true)),
    ]
  }
  /// The axes.
  public let dims: [Int]

  /// Makes the op.
  public init(_ dims: [Int]) { self.dims = dims }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(try arguments.ints("dims")) }

  /// The input's shape in its memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    for dim in dims { _ = try inputs[0].shape.axis(dim, op: Self.name) }
    return [try TensorSpec.pointwise(Self.name, inputs, dtype: inputs[0].dtype)]
  }

  /// Reads from the last position of each axis with a negative stride.
  public func cpu(_ call: KernelCall) throws {
    let (input, output) = (call.inputs[0], call.outputs[0])
    guard output.count > 0 else { return }
    var from = input.layout
    let axes = try Set(dims.map { try input.shape.axis($0, op: Self.name) })
    for axis in axes where axis < input.shape.rank {
      from.offset += (input.shape[axis] - 1) * from.strides[axis]
      from.strides[axis].negate()
    }
    try call.copy(Self.name, input, from, to: output, output.layout)
  }

  /// The reversal undoes itself.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(self, backward.gradient())]
  }

  /// Copies compute nothing.
  public func flops(of inputs: [TensorSpec]) -> Int { 0 }
}
