/// The smallest element, of all or along one axis; NaN wins.
///
/// `y = min x`
///
/// - Parameters: `dim`, the axis, None for all elements; `keepdim`, whether it stays with extent 1.
/// - Shape: the input's without the axis. Along an axis there is a second result: where the element first occurs.
/// - Memory: along an axis keeps the positions, 8 bytes a result; over all elements keeps the input and the result.
/// - Throws: when the axis does not exist or holds nothing.
public struct Min: Op, ExtremumOp {
  /// `min`, after PyTorch.
  public static let name = "min"
  /// For help.
  public static let summary = "The smallest element, of all or along one axis."
  /// A tensor and an axis.
  public static let signature = extremumSignature
  /// All elements, each axis.
  public static var samples: [OpSample] {
    [
      OpSample(Min(), .init([3, 4])), OpSample(Min(dim: 0), .init([3, 4])),
      OpSample(Min(dim: -1, keepDim: true), .init([2, 3, 4])),
      OpSample(Min(dim: 1), .init([2, 3, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// The axis; nil for all elements.
  public let dim: Int?
  /// Whether the axis stays with extent 1.
  public let keepDim: Bool

  /// Makes the op.
  public init(dim: Int? = nil, keepDim: Bool = false) {
    self.dim = dim
    self.keepDim = keepDim
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(dim: try arguments.dim("dim"), keepDim: try arguments.bool("keepdim"))
  }

  /// Values, and positions along an axis.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let values = try extremumSpec(inputs[0])
    return dim == nil ? [values] : [values, TensorSpec(layout: values.layout, dtype: .int64)]
  }

  /// Both results are for the caller.
  public var visibleResultCount: Int { dim == nil ? 1 : 2 }

  /// Finds values and positions in one pass.
  public func cpu(_ call: KernelCall) throws {
    try call.extremum(
      Self.name, .minimum, dim: dim, values: call.outputs[0], positions: dim == nil ? nil : call.outputs[1])
  }

  /// Positions along an axis; without one, elements are compared with the result again.
  public func keeps(needs: [Bool]) -> [Kept] { dim == nil ? [.input(0), .result(0)] : [.result(1)] }

  /// The gradient goes to the position; over all elements, equal ones share it.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] { [try extremumGradient(backward)] }

  /// One comparison an element.
  public func flops(of inputs: [TensorSpec]) -> Int { inputs[0].shape.count }
}
