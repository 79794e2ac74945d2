/// An op that takes axes away: the axes are `dim`, None for all, and stay with extent 1 under `keepdim`.
public protocol ReductionOp: Op {
  /// The axes; nil for all.
  var dims: [Int]? { get }
  /// Whether the axes stay with extent 1.
  var keepDim: Bool { get }
  /// Makes the op.
  init(dims: [Int]?, keepDim: Bool)
}

extension ReductionOp {
  /// A tensor and axes.
  public static var signature: OpSignature {
    OpSignature(
      inputs: ["input"],
      parameters: [.optional("dim", .dims, .none), .optional("keepdim", .bool, .bool(false))])
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(dims: try arguments.dims("dim"), keepDim: try arguments.bool("keepdim"))
  }

  /// One operation an element.
  public func flops(of inputs: [TensorSpec]) -> Int { inputs[0].shape.count }
}
