import CKernels

/// Multi-head self-attention in (shifted) windows, fused: padding, roll, windows, scores, mask and softmax in one pass.
///
/// `y_i = Σ_j softmax_j(q_i · k_j · scale + table[i − j] + mask_ij) v_j` within each window and head
///
/// The volume is padded at its far ends to whole windows with tokens whose q, k and v are the qkv bias, rolled back by
/// the shift, and cut into windows; −100 is added between tokens of different regions. An axis no longer than the
/// window takes a window of its own size and no shift, and then uses the first rows and columns of the nominal window's
/// position index, as MONAI's models do.
///
/// - Shape: `qkv` is `[B, D, H, W, 3C]` or `[B, H, W, 3C]`, `table` `[Π(2w − 1), heads]`, `bias` `[3C]` or absent; the
///   result is `[B, …, C]`.
/// - Memory: keeps qkv, table, bias, the result and one number a window, head and token; never an n × n score.
/// - Throws: when ranks, channels, table or bias do not fit.
public struct WindowAttention: FloatingOp {
  /// `window_attention`.
  public static let name = "window_attention"
  /// For help.
  public static let summary = "Self-attention in shifted windows, without storing scores."
  /// Queries, keys and values, the table of position biases, and the qkv bias.
  public static let signature = OpSignature(
    inputs: ["qkv", "table", "bias?"],
    parameters: [
      .required("heads", .int), .required("window_size", .ints), .optional("shift_size", .ints, .int(0)),
    ], isMethod: false)
  /// Padding, shift, an axis shorter than the window, two dimensions, dropout.
  public static var samples: [OpSample] {
    let shifted = WindowAttention(heads: 2, window: [4, 4, 4], shift: [2, 2, 2])
    let plain = WindowAttention(heads: 3, window: [2, 3], shift: [0, 0])
    let dropping = WindowAttention(
      heads: 1, window: [3, 3], shift: [1, 1], dropout: 0.3, stream: RandomStream(seed: 7, stream: 9))
    return [
      OpSample(shifted, .init([1, 5, 6, 3, 12]), .init([343, 2]), .init([12])),
      OpSample(shifted, .init([2, 2, 2, 2, 6]), .init([343, 2])),
      OpSample(plain, .init([1, 5, 4, 18]), .init([15, 3]), .init([18])),
      OpSample(dropping, .init([1, 5, 4, 9]), .init([25, 1]), .init([9])),
    ]
  }

  /// Attention heads.
  public let heads: Int
  /// The nominal window, an entry a spatial axis or one for all.
  public let window: [Int]
  /// The nominal shift, an entry a spatial axis or one for all.
  public let shift: [Int]
  /// How often a probability is dropped.
  public let dropout: Double
  /// Which numbers decide what is dropped; those of a `Dropout` over `[windows, heads, n, n]` with this stream.
  public let stream: RandomStream

  /// Makes the op.
  public init(
    heads: Int, window: [Int], shift: [Int], dropout: Double = 0,
    stream: RandomStream? = nil
  ) {
    self.heads = heads
    self.window = window
    self.shift = shift
    self.dropout = dropout
    self.stream = stream ?? RandomStream(seed: 0, stream: 0)
  }
  /// Makes the op from a script's arguments.
  public init(_ arguments: OpArguments) throws {
    self.init(
      heads: try arguments.int("heads"), window: try arguments.ints("window_size"),
      shift: try arguments.ints("shift_size"))
  }

  /// The result, and the logarithm of every softmax's denominator, which only backward sees.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let qkv = inputs[0].shape
    var problem = try problem(qkv)
    let rows = Int(tessera_attention_table_rows(&problem))
    guard inputs[1].shape == [rows, heads] else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "\(Shape([rows, heads]))", got: inputs[1].shape, argument: "table")
    }
    let width = qkv[qkv.rank - 1]
    if inputs.count > 2, inputs[2].shape != [width] {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "\(Shape([width]))", got: inputs[2].shape, argument: "bias")
    }
    for (index, input) in inputs.enumerated().dropFirst() {
      try input.requireParameter(of: inputs[0].dtype, op: Self.name, argument: index == 1 ? "table" : "bias")
    }
    let sums: Shape = [
      Int(tessera_attention_windows(&problem)), heads, Int(tessera_attention_tokens(&problem)),
    ]
    return [
      TensorSpec(Shape(qkv.extents.dropLast() + [width / 3]), inputs[0].dtype),
      TensorSpec(sums, inputs[0].dtype.accumulation),
    ]
  }

  /// Logarithms are for backward.
  public var visibleResultCount: Int { 1 }

  /// Tokens lie one after another.
  public func layout(ofInput index: Int) -> LayoutRequirement { .rowMajor }

  /// The kernel's description of attention over `qkv`.
  func problem(_ qkv: Shape) throws -> TesseraWindowAttention {
    guard qkv.rank == 4 || qkv.rank == 5 else {
      throw TensorError.wrongRank(
        op: Self.name, argument: "qkv", expected: "[B, D, H, W, 3C] or [B, H, W, 3C]", shape: qkv)
    }
    let axes = qkv.rank - 2
    let width = qkv[qkv.rank - 1]
    guard heads > 0, width > 0, width % (3 * heads) == 0 else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "a multiple of 3 · \(heads) heads on the last axis", got: qkv,
        argument: "qkv")
    }
    let window = try three(self.window, "window_size", axes: axes, least: 1, fill: 1)
    let shift = try three(self.shift, "shift_size", axes: axes, least: 0, fill: 0)
    let size = [Int](repeating: 1, count: 3 - axes) + qkv.extents[1..<(1 + axes)]
    let headSize = width / (3 * heads)
    return TesseraWindowAttention(
      batch: Int64(qkv[0]), size: (Int64(size[0]), Int64(size[1]), Int64(size[2])), window: window,
      shift: shift,
      heads: Int64(heads), headSize: Int64(headSize), scale: 1 / Double(headSize).squareRoot(),
      dropout: dropout,
      seed: stream.seed, stream: stream.stream)
  }

  private func three(
    _ values: [Int], _ name: String, axes: Int, least: Int, fill: Int
  ) throws -> (Int64, Int64, Int64) {
    guard values.count == 1 || values.count == axes, values.allSatisfy({ $0 >= least }) else {
      throw TensorError.badParameter(
        op: Self.name, name: name, value: "\(values)",
        rule: "it takes one or \(axes) integers of at least \(least)")
    }
    let spread = values.count == axes ? values : [Int](repeating: values[0], count: axes)
    let all = ([Int](repeating: fill, count: 3 - axes) + spread).map(Int64.init)
    return (all[0], all[1], all[2])
  }

  /// Heads and runs of windows are the slabs.
  public func cpu(_ call: KernelCall) throws {
    try call.compute(self)
  }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let problem = try problem(call.inputs[0].shape)
    let qkv = call.inputs[0].shared(type)
    let (out, sums) = (call.outputs[0].shared(type), call.outputs[1].shared(Element.Real.self))
    try call.withParameters([1, 2], as: Element.Real.self) { parameters in
      let (table, bias) = (parameters[0], parameters[1])
      try AttentionSlabs(problem).run(call.parallel, Element.attention.scratch) { slab, problem, scratch in
        var problem = problem
        Element.attention.forward(
          &problem, qkv.base, bias?.base, table?.base, out.base, sums.base, Int64(slab.head),
          Int64(slab.windows.lowerBound), Int64(slab.windows.upperBound), scratch)
      }
    }
  }

  /// Scores are made again window by window; the bias collects what padded tokens gave as keys and values.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    let op = WindowAttentionBackward(forward: self)
    let bias = backward.inputs.count > 2 ? [try backward.input(2)] : []
    let results = try backward.engine.run(
      op,
      [
        backward.input(0), backward.input(1), backward.result(0), backward.result(1), backward.gradient(),
      ] + bias)
    return try backward.inputs.indices.map { index in
      backward.needs[index] ? try backward.asParameter(index, results[index]) : nil
    }
  }

  /// Everything but the scores.
  public func keeps(needs: [Bool]) -> [Kept] {
    [.input(0), .input(1), .result(0), .result(1)] + (needs.count > 2 ? [.input(2)] : [])
  }

  /// Two products of every token with every token of its window, padded ones included, and some ten operations on each
  /// score.
  public func flops(of inputs: [TensorSpec]) -> Int {
    let qkv = inputs[0].shape
    guard var problem = try? problem(qkv) else { return 0 }
    let queries = qkv.extents.dropLast().reduce(1, *)
    return queries * heads * Int(tessera_attention_tokens(&problem)) * (4 * Int(problem.headSize) + 10)
  }
}
