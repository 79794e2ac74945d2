extension TensorSpec {
  /// The result of a pointwise op: the broadcast shape, in the memory order of the first operand that has that shape.
  public static func pointwise(_ op: String, _ inputs: [TensorSpec], dtype: DType? = nil) throws -> TensorSpec
  {
    var shape = inputs[0].shape
    for input in inputs.dropFirst() {
      shape = try Shape.broadcast(shape, input.shape, op: op)
      guard dtype != nil || input.dtype == inputs[0].dtype else {
        throw TensorError.wrongDType(
          op: op, argument: "other", expected: inputs[0].dtype.rawValue, got: input.dtype)
      }
    }
    let lead = inputs.first { $0.shape == shape && !$0.layout.strides.contains(0) }
    let layout = lead?.layout.dense(for: shape) ?? Layout(rowMajor: shape)
    return TensorSpec(layout: layout, dtype: dtype ?? inputs[0].dtype)
  }
}

extension KernelCall {
  /// Runs a binary function over the broadcast of both inputs.
  func pointwise<Element>(_ type: Element.Type, _ body: @Sendable (Element, Element) -> Element) throws {
    let output = outputs[0]
    let layouts = [output.layout.atOrigin] + inputs.map { $0.layout.atOrigin.expanded(to: output.shape) }
    let nest = LoopNest(layouts)
    let (a, b) = (inputs[0], inputs[1])
    try parallel.run(count: nest.outerCount, slab: max(1, (1 << 16) / max(1, nest.innerCount))) { runs in
      for run in runs {
        let offsets = nest.offsets(ofRun: run)
        let steps = nest.innerStrides
        let (y, p, q) = (
          output.elements(type) + offsets[0], a.elements(type) + offsets[1], b.elements(type) + offsets[2]
        )
        for index in 0..<nest.innerCount {
          y[index * steps[0]] = body(p[index * steps[1]], q[index * steps[2]])
        }
      }
    }
  }
}
