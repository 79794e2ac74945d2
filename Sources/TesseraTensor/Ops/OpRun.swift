/// One kernel that ran: what, on which shapes, for which layer, how long.
public struct OpRun: Sendable {
  /// The op.
  public let op: any Op
  /// Shapes and types of its inputs.
  public let inputs: [TensorSpec]
  /// Shapes and types of its results.
  public let results: [TensorSpec]
  /// The path of the layer that called it; in backward, that of the op whose gradient it computes.
  public let layer: String
  /// The script line that called it; in backward, the line whose gradient it computes.
  public let mark: SourceMark?
  /// Whether backward ran it, for a gradient or to compute a value again.
  public let isInBackward: Bool
  /// How long it took: on a device with a clock, what the device computed.
  public let nanoseconds: UInt64

  package init(
    op: any Op, inputs: [TensorSpec], results: [TensorSpec], layer: String, mark: SourceMark? = nil,
    isInBackward: Bool = false, nanoseconds: UInt64 = 0
  ) {
    self.op = op
    self.inputs = inputs
    self.results = results
    self.layer = layer
    self.mark = mark
    self.isInBackward = isInBackward
    self.nanoseconds = nanoseconds
  }

  /// The op's name.
  public var name: String { type(of: op).name }
  /// Floating-point operations.
  public var flops: Int { op.flops(of: inputs) }
  /// Bytes of inputs and results, each counted once: what must move at least.
  public var bytes: Int { (inputs + results).map(\.byteCount).reduce(0, +) }
}
