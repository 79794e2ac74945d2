/// A range of one axis: a view.
///
/// - Parameters: `dim`, the axis; `start` and `stop`, which count from the end where negative and are moved to the
///   nearest end where out of range, as in Python; `step`, at least 1.
/// - Shape: the input's with a shorter axis.
/// - Memory: a view; keeps nothing.
/// - Throws: when the axis does not exist or the step is below 1.
public struct Slice: ViewOp {
  /// `slice`.
  public static let name = "slice"
  /// For help.
  public static let summary = "A range of one axis."
  /// A tensor, an axis and a range.
  public static let signature = OpSignature(
    inputs: ["input"],
    parameters: [
      .required("dim", .int), .optional("start", .int, .int(0)), .optional("stop", .int, .int(Int.max)),
      .optional("step", .int, .int(1)),
    ])
  /// An end, a middle with steps, nothing.
  public static var samples: [OpSample] {
    [
      OpSample(Slice(dim: 0, start: 1), .init([3, 4])),
      OpSample(Slice(dim: -1, start: 1, stop: -1, step: 2), .init([2, 6])),
      OpSample(Slice(dim: 1, start: 1, stop: 3), .init([2, 4, 2, 2, 2], channelsLast: true)),
    ]
  }
  /// The axis.
  public let dim: Int
  /// The first position.
  public let start: Int
  /// The position after the last.
  public let stop: Int
  /// The distance between positions.
  public let step: Int

  /// Makes the op.
  public init(dim: Int, start: Int = 0, stop: Int = .max, step: Int = 1) {
    self.dim = dim
    self.start = start
    self.stop = stop
    self.step = step
  }

  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(
      dim: try arguments.int("dim"), start: try arguments.int("start"), stop: try arguments.int("stop"),
      step: try arguments.int("step"))
  }

  /// The part of the layout within the range.
  public func view(of layout: Layout) throws -> Layout {
    let axis = try layout.shape.axis(dim, op: Self.name)
    guard step >= 1, layout.rank > 0 else {
      throw TensorError.badParameter(op: Self.name, name: "step", value: "\(step)", rule: "it is at least 1")
    }
    let extent = layout.shape[axis]
    let bounds = [start, stop].map { min(max($0 < 0 ? $0 + extent : $0, 0), extent) }
    return layout.sliced(axis: axis, start: bounds[0], stop: max(bounds[0], bounds[1]), step: step)
  }

  /// Zeros everywhere else.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    [try backward.engine.run(ViewBackward(of: self, input: backward.inputs[0]), backward.gradient())]
  }
}
