/// The kernels of a program, with every temporary at a planned place in one block of memory.
///
/// Running it does what the program did, to the same tensors, with the same bits, and without the program: no graph, no
/// allocation, no event in the ledger. What the program decided from values or sizes stays as it was decided.
public final class CapturedProgram {
  struct Call {
    let op: any Op
    let inputs: [Tensor]
    let outputs: [Tensor]
    let isInPlace: Bool
    let renewal: (() -> any Op)?
  }

  private let engine: Engine
  private let calls: [Call]
  /// The size of the block that holds all temporaries, in bytes.
  public let blockBytes: Int

  init(engine: Engine, calls: [Call], blockBytes: Int) {
    self.engine = engine
    self.calls = calls
    self.blockBytes = blockBytes
  }

  /// How many kernels a run calls.
  public var kernelCount: Int { calls.count }

  /// Runs the kernels.
  ///
  /// - Throws: when it is interrupted; what was written by then stays written, as in the program itself.
  public func run() throws {
    for call in calls {
      try engine.checkCancelled()
      try engine.dispatch(
        call.renewal?() ?? call.op, call.inputs, call.outputs, isInPlace: call.isInPlace)
      for output in call.outputs { output.storage.version += 1 }
    }
  }
}

extension Engine {
  /// Runs `body` and returns its result with a program that runs the same kernels again.
  ///
  /// `body` should have run before, so that an optimizer's moments and the like are made. Tensors that live before it,
  /// or are held after it, stay what they are, and a run writes to them again.
  ///
  /// - Throws: what `body` throws; and where it draws random numbers or reads a value, which a run could not repeat.
  public func capture<Result>(_ body: () throws -> Result) throws -> (
    result: Result, program: CapturedProgram
  ) {
    guard capture == nil, segments.isEmpty else { throw TensorError.insideSegment(op: "capture") }
    guard !isDry else { throw TensorError.unsupported(op: "capture", what: "a dry run") }
    let capture = Capture(self, firstOwn: ledger.nextID)
    self.capture = capture
    defer { self.capture = nil }
    let result = try body()
    self.capture = nil
    return (result, try capture.finish())
  }

  /// Runs `body`, whose first kernel is another op at each run of a captured program: what `renewal` then returns.
  public func renewing<Result>(_ renewal: @escaping () -> any Op, _ body: () throws -> Result) rethrows
    -> Result
  {
    guard capture != nil else { return try body() }
    self.renewal = renewal
    defer { self.renewal = nil }
    return try body()
  }
}
