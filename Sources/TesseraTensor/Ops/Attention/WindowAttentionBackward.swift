import CKernels

/// The gradients of ``WindowAttention`` for qkv, table and bias, from qkv, table, result, logarithms, gradient and,
/// where there is one, the bias.
struct WindowAttentionBackward: FloatingOp {
  static let name = "window_attention_backward"
  static let summary = "The gradients of window_attention."
  let forward: WindowAttention

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let qkv = inputs[0].shape
    return [
      TensorSpec(qkv, inputs[0].dtype), TensorSpec(inputs[1].shape, inputs[0].dtype.accumulation),
      TensorSpec([qkv[qkv.rank - 1]], inputs[0].dtype.accumulation),
    ]
  }

  var visibleResultCount: Int { 3 }

  func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let problem = try forward.problem(call.inputs[0].shape)
    let slabs = AttentionSlabs(problem)
    let partials = slabs.count * (call.inputs[1].shape[0] + 2 * Int(problem.headSize))
    try call.withParameters([1, 5], as: Element.Real.self) { parameters in
      try Scratch.withElements(Element.Real.self, count: partials) { partials in
        try differentiate(call, type, slabs, table: parameters[0], bias: parameters[1], partials)
        gather(call, slabs, headSize: Int(problem.headSize), partials)
      }
    }
  }

  /// Fills the gradient of qkv, and for each slab its sums for the table and behind all of those for padded tokens.
  private func differentiate<Element: AttentionElement>(
    _ call: KernelCall, _ type: Element.Type, _ slabs: AttentionSlabs, table: SharedElements<Element.Real>?,
    bias: SharedElements<Element.Real>?, _ partials: SharedElements<Element.Real>
  ) throws {
    let (qkv, out, dout) = (
      call.inputs[0].shared(type), call.inputs[2].shared(type), call.inputs[4].shared(type)
    )
    let (sums, dqkv) = (call.inputs[3].shared(Element.Real.self), call.outputs[0].shared(type))
    let rows = call.inputs[1].shape[0]
    let padding = SharedElements(base: partials + slabs.count * rows)
    try slabs.run(call.parallel, Element.attention.scratch) { slab, problem, scratch in
      var problem = problem
      Element.attention.backward(
        &problem, qkv.base, bias?.base, table?.base, out.base, sums.base, dout.base, dqkv.base,
        partials + slab.index * rows, padding + slab.index * 2 * Int(problem.headSize), Int64(slab.head),
        Int64(slab.windows.lowerBound), Int64(slab.windows.upperBound), scratch)
    }
  }

  /// Sums the slabs into the gradients of table and bias.
  private func gather<Real: ProductElement>(
    _ call: KernelCall, _ slabs: AttentionSlabs, headSize: Int, _ partials: SharedElements<Real>
  ) {
    let (rows, heads) = (call.inputs[1].shape[0], forward.heads)
    gather(slabs, partials, count: rows, into: call.outputs[1].elements()) { row, head in row * heads + head }
    let bias = call.outputs[2].elements(Real.self)
    bias.update(repeating: 0, count: call.outputs[2].count)
    let padding = SharedElements(base: partials + slabs.count * rows)
    gather(slabs, padding, count: 2 * headSize, into: bias) { column, head in
      (column / headSize + 1) * heads * headSize + head * headSize + column % headSize
    }
  }

  /// Adds the slabs of every head in order, `count` sums each, to where `place` puts them.
  private func gather<Element: ProductElement>(
    _ slabs: AttentionSlabs, _ partials: SharedElements<Element>, count: Int,
    into target: UnsafeMutablePointer<Element>, place: (_ index: Int, _ head: Int) -> Int
  ) {
    for head in 0..<forward.heads {
      for index in 0..<count {
        var sum: Element = 0
        for chunk in 0..<slabs.chunks { sum += partials.base[(head * slabs.chunks + chunk) * count + index] }
        target[place(index, head)] = sum
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { forward.flops(of: inputs) * 5 / 2 }
}

/// One head and a run of windows: the unit of work and of partial sums.
///
/// Cut by shape alone, so that bits do not depend on threads; long enough to pay for its head's table of biases.
struct AttentionSlabs {
  struct Slab {
    let index: Int
    let head: Int
    let windows: Range<Int>
  }
  private let problem: TesseraWindowAttention
  private let windows: Int
  private let chunkWindows: Int
  /// Runs of windows a head.
  let chunks: Int

  init(_ problem: TesseraWindowAttention) {
    var problem = problem
    windows = Int(tessera_attention_windows(&problem))
    let tokens = Int(tessera_attention_tokens(&problem))
    chunkWindows = max(16, (1 << 22) / max(1, tokens * tokens))
    chunks = max(1, (windows + chunkWindows - 1) / chunkWindows)
    self.problem = problem
  }

  /// All slabs, head by head.
  var count: Int { Int(problem.heads) * chunks }

  func run(
    _ parallel: Parallel, _ scratchBytes: (UnsafePointer<TesseraWindowAttention>?) -> Int,
    _ body: @Sendable (Slab, TesseraWindowAttention, UnsafeMutableRawPointer) -> Void
  ) throws {
    var problem = problem
    let bytes = scratchBytes(&problem)
    try parallel.run(count: count, slab: 1) { [problem] range in
      Scratch.withBytes(bytes) { scratch in
        for index in range {
          let first = index % chunks * chunkWindows
          let slab = Slab(
            index: index, head: index / chunks, windows: first..<min(windows, first + chunkWindows))
          body(slab, problem, scratch)
        }
      }
    }
  }
}
