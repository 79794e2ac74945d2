/// The axes in another order: a view.
///
/// - Parameters: `dims`, for each axis of the result the input's axis it is.
/// - Shape: the input's extents in the new order.
/// - Memory: a view; keeps nothing.
/// - Throws: when `dims` does not name every axis once.
public struct Permute: ViewOp {
  /// `permute`, after PyTorch.
  public static let name = "permute"
  /// For help.
  public static let summary = "The axes in another order."
  /// A tensor and an order of its axes.
  public static let signature = OpSignature(inputs: ["input"], parameters: [.required("dims", .ints)])
  /// A transpose, and an order that is not its own inverse.
  public static var samples: [OpSample] {
    [OpSample(Permute(to: [1, 0]), .init([3, 4])), OpSample(Permute(to: [2, 0, -2]), .init([2, 3, 4]))]
  }
  /// For each axis of the result, the input's axis it is.
  public let order: [Int]

  /// Makes the op.
  public init(to order: [Int]) { self.order = order }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws { self.init(to: try arguments.ints("dims")) }

  /// The strides in the new order.
  public func view(of layout: Layout) throws -> Layout { layout.permuted(to: try resolved(layout.shape)) }

  private func resolved(_ shape: Shape) throws -> [Int] {
    let axes = try order.map { try shape.axis($0, op: Self.name) }
    guard axes.sorted() == Array(0..<shape.rank) else {
      throw TensorError.badParameter(
        op: Self.name, name: "dims", value: "\(order)", rule: "it names each of \(shape.rank) dims once")
    }
    return axes
  }

  /// The gradient with its axes put back.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let axes = try resolved(backward.inputs[0].shape)
    var inverse = axes
    for (position, axis) in axes.enumerated() { inverse[axis] = position }
    return [try backward.engine.run(Permute(to: inverse), backward.gradient())]
  }
}
