/// The elements moved along axes; those that leave at one end come in at the other.
///
/// `y[i] = x[(i - shift) mod n]`
///
/// - Parameters: `shifts`, how far along each of `dims`.
/// - Shape: the input's.
/// - Memory: keeps nothing.
/// - Throws: when an axis does not exist or the two lists differ in length.
public struct Roll: Op {
  /// `roll`, after PyTorch.
  public static let name = "roll"
  /// For help.
  public static let summary = "The elements moved along axes, around the ends."
  /// A tensor, distances and axes.
  public static let signature = OpSignature(
    inputs: ["input"], parameters: [.required("shifts", .ints), .required("dims", .ints)])
  /// Forwards, backwards, three axes at once, more than once around.
  public static var samples: [OpSample] {
    [
      OpSample(Roll([1], dims: [0]), .init([3, 4])), OpSample(Roll([-2, 5], dims: [1, 0]), .init([3, 4])),
      OpSample(Roll([-1, -1, -1], dims: [1, 2, 3]), .init([1, 3, 4, 2, 2])),
      OpSample(Roll([1], dims: [2]), .init([2, 3, 4, 2, 2], channelsLast: true)),
    ]
  }
  /// The distances.
  public let shifts: [Int]
  /// The axes.
  public let dims: [Int]

  /// Makes the op.
  public init(_ shifts: [Int], dims: [Int]) {
    self.shifts = shifts
    self.dims = dims
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(try arguments.ints("shifts"), dims: try arguments.ints("dims"))
  }

  /// The input's shape in its memory order.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    _ = try distances(inputs[0].shape)
    return [try TensorSpec.pointwise(Self.name, inputs, dtype: inputs[0].dtype)]
  }

  /// How far each axis moves, as 0 ..< its extent.
  private func distances(_ shape: Shape) throws -> [Int] {
    guard shifts.count == dims.count else {
      throw TensorError.badParameter(
        op: Self.name, name: "shifts", value: "\(shifts)",
        rule: "it has one distance for each of dims=\(dims)")
    }
    var distances = [Int](repeating: 0, count: shape.rank)
    for (shift, dim) in zip(shifts, dims) where shape.rank > 0 {
      let axis = try shape.axis(dim, op: Self.name)
      let extent = max(1, shape[axis])
      distances[axis] = ((distances[axis] + shift) % extent + extent) % extent
    }
    return distances
  }

  /// Cuts each moving axis in two and copies the blocks to their places.
  public func cpu(_ call: KernelCall) throws {
    let (input, output) = (call.inputs[0], call.outputs[0])
    var blocks = [(from: input.layout, to: output.layout)]
    for (axis, distance) in try distances(input.shape).enumerated() where distance > 0 {
      let cut = input.shape[axis] - distance
      blocks = blocks.flatMap { block in
        [(0, cut, distance), (cut, input.shape[axis], -cut)].map { start, stop, shift in
          (
            from: block.from.sliced(axis: axis, start: start, stop: stop, step: 1),
            to: block.to.sliced(axis: axis, start: start + shift, stop: stop + shift, step: 1)
          )
        }
      }
    }
    for block in blocks { try call.copy(Self.name, input, block.from, to: output, block.to) }
  }

  /// The gradient moved back.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(Roll(shifts.map(-), dims: dims), backward.gradient())]
  }

  /// Copies compute nothing.
  public func flops(of inputs: [TensorSpec]) -> Int { 0 }
}
