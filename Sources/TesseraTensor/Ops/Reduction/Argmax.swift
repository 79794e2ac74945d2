/// Where the largest element is: its first position along an axis, or in row-major order.
///
/// - Parameters: `dim`, the axis, None for all elements; `keepdim`, whether it stays with extent 1.
/// - Shape: the input's without the axis; int64.
/// - Memory: keeps nothing.
/// - Throws: when the axis does not exist or holds nothing.
public struct Argmax: Op, ExtremumOp {
  /// `argmax`, after PyTorch.
  public static let name = "argmax"
  /// For help.
  public static let summary = "Where the largest element is."
  /// A tensor and an axis.
  public static let signature = extremumSignature
  /// All elements, each axis.
  public static var samples: [OpSample] {
    [
      OpSample(Argmax(), .init([3, 4])), OpSample(Argmax(dim: 0), .init([3, 4])),
      OpSample(Argmax(dim: 1, keepDim: true), .init([2, 3, 2, 2, 2], channelsLast: true)),
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

  /// Positions.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(layout: try extremumSpec(inputs[0]).layout, dtype: .int64)]
  }

  /// Positions over all elements count in row-major order.
  public func layout(ofInput index: Int) -> LayoutRequirement { dim == nil ? .rowMajor : .any }

  /// Finds the positions.
  public func cpu(_ call: KernelCall) throws {
    try call.extremum(Self.name, .maximum, dim: dim, values: nil, positions: call.outputs[0])
  }

  /// Positions have no slope.
  public var isDifferentiable: Bool { false }
  /// One comparison an element.
  public func flops(of inputs: [TensorSpec]) -> Int { inputs[0].shape.count }
}
