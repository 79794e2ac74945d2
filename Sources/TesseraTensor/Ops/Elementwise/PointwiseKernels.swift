import CKernels

/// Loops over several tensors of one shape in the form that the C kernels take.
///
/// Positions `0..<count` number the elements in the output's memory order; a slab is a range of them.
struct Walk: Sendable {
  /// Extents from the outermost to the innermost loop.
  let shape: [Int64]
  /// Strides in elements, one row a tensor: the output's first.
  let strides: [[Int64]]
  /// The number of elements.
  let count: Int

  /// The C kernels' limit on the number of loops, after neighbouring axes have been merged.
  static let loopLimit = 8
  /// Elements a slab: some 50 µs of work, enough to hide the hand-over to another core.
  static let slab = 1 << 16

  /// Plans the loops over an output and inputs that broadcast to its shape.
  init(op: String, output: TensorView, inputs: [TensorView]) throws {
    try self.init(
      op: op, [output.layout.atOrigin] + inputs.map { $0.layout.atOrigin.expanded(to: output.shape) })
  }

  /// Plans the loops over layouts of one shape, ordered by the first.
  init(op: String, _ layouts: [Layout]) throws {
    let nest = LoopNest(layouts)
    guard nest.extents.count <= Self.loopLimit else {
      throw TensorError.unsupported(op: op, what: "a layout that needs more than \(Self.loopLimit) loops")
    }
    shape = nest.extents.map(Int64.init)
    strides = nest.strides.map { $0.map(Int64.init) }
    count = nest.extents.reduce(1, *)
  }

  /// The number of loops.
  var rank: Int32 { Int32(shape.count) }

  /// Strides of a buffer without gaps whose element `p` belongs to position `p`.
  var denseStrides: [Int64] { Shape(shape.map { Int($0) }).rowMajorStrides.map(Int64.init) }
}

extension KernelCall {
  /// Applies a function to each element of the first input.
  func unary(
    _ name: String, _ op: CKUnaryOp, integer: CKIntegerUnaryOp? = nil, _ p: Double = 0, _ q: Double = 0
  ) throws {
    if let device {
      return try issue(device, .unary(op, p: p, q: q), integer: integer.map { .integerUnary($0, p: p, q: q) })
    }
    let walk = try Walk(op: name, output: outputs[0], inputs: [inputs[0]])
    switch (outputs[0].dtype, integer) {
    case (.float32, _): try unary(Float.self, op, walk, p, q)
    case (.float64, _): try unary(Double.self, op, walk, p, q)
    case (.bfloat16, _), (.float16, _):
      try throughFloat32(walk, inputs: [inputs[0]]) { operands, result, count in
        Float.unary(op, Float(p), Float(q), .contiguous(count), operands[0], result)
      }
    case (.int32, let integer?): try unary(Int32.self, integer, walk, p, q)
    case (.int64, let integer?): try unary(Int64.self, integer, walk, p, q)
    default:
      throw TensorError.wrongDType(
        op: name, argument: "input", expected: "a floating type", got: outputs[0].dtype)
    }
  }

  /// Combines the first two inputs element by element.
  func binary(
    _ name: String, _ op: CKBinaryOp, integer: CKIntegerBinaryOp? = nil, _ p: Double = 0, _ q: Double = 0
  ) throws {
    if let device {
      return try issue(device, .binary(op, p: p, q: q), integer: integer.map { .integerBinary($0) })
    }
    let walk = try Walk(op: name, output: outputs[0], inputs: [inputs[0], inputs[1]])
    switch (outputs[0].dtype, integer) {
    case (.float32, _): try binary(Float.self, op, walk, p, q)
    case (.float64, _): try binary(Double.self, op, walk, p, q)
    case (.bfloat16, _), (.float16, _):
      try throughFloat32(walk, inputs: [inputs[0], inputs[1]]) { operands, result, count in
        Float.binary(op, Float(p), Float(q), .contiguous(count), operands[0], operands[1], result)
      }
    case (.int32, let integer?): try binary(Int32.self, integer, walk)
    case (.int64, let integer?): try binary(Int64.self, integer, walk)
    default:
      throw TensorError.wrongDType(
        op: name, argument: "input", expected: "a floating type", got: outputs[0].dtype)
    }
  }

  /// Writes 1 where a relation holds between the first two inputs, else 0.
  func compare(_ name: String, _ op: CKCompareOp) throws {
    if let device {
      return try device.issue(.elementwise(.compare(op), output: outputs[0], inputs: inputs))
    }
    let walk = try Walk(op: name, output: outputs[0], inputs: [inputs[0], inputs[1]])
    switch inputs[0].dtype {
    case .float32: try compare(Float.self, op, walk)
    case .float64: try compare(Double.self, op, walk)
    case .int32: try compare(Int32.self, op, walk)
    case .int64: try compare(Int64.self, op, walk)
    case .bool: try compare(UInt8.self, op, walk)
    case .bfloat16, .float16:
      let output = outputs[0]
      try slabs(of: walk) { range in
        let operands = FloatScratch(count: range.count, buffers: 2)
        defer { operands.free() }
        for index in 0..<2 {
          operands.load(inputs[index], walk, operand: index + 1, range, into: index)
        }
        // A comparison's result is always fresh and dense, so positions are its memory order.
        Float.compare(
          op, .contiguous(range.count), operands[0], operands[1],
          output.elements(UInt8.self) + range.lowerBound)
      }
    }
  }

  /// Issues the function for floating types, or its counterpart for integers.
  private func issue(
    _ device: any KernelDevice, _ floating: ElementwiseFunction, integer: ElementwiseFunction?
  ) throws {
    guard let function = outputs[0].dtype.isFloatingPoint ? floating : integer else { throw DeviceRefusal() }
    try device.issue(.elementwise(function, output: outputs[0], inputs: inputs))
  }

  /// Runs `body` over slabs of the positions of `walk`.
  func slabs(of walk: Walk, _ body: @Sendable (Range<Int>) -> Void) throws {
    try parallel.run(count: walk.count, slab: Walk.slab, body)
  }

  private func unary<Element: FloatKernels>(
    _ type: Element.Type, _ op: CKUnaryOp, _ walk: Walk, _ p: Double, _ q: Double
  ) throws {
    let (x, y) = (inputs[0], outputs[0])
    try slabs(of: walk) { range in
      Element.unary(
        op, Element(p), Element(q), Loops(walk, range), x.elements(type), y.elements(type))
    }
  }

  private func unary<Element: IntegerKernels>(
    _ type: Element.Type, _ op: CKIntegerUnaryOp, _ walk: Walk, _ p: Double, _ q: Double
  ) throws {
    let (x, y) = (inputs[0], outputs[0])
    try slabs(of: walk) { range in
      Element.unary(
        op, Element(saturating: p), Element(saturating: q), Loops(walk, range), x.elements(type),
        y.elements(type))
    }
  }

  private func binary<Element: FloatKernels>(
    _ type: Element.Type, _ op: CKBinaryOp, _ walk: Walk, _ p: Double, _ q: Double
  ) throws {
    let (a, b, y) = (inputs[0], inputs[1], outputs[0])
    try slabs(of: walk) { range in
      Element.binary(
        op, Element(p), Element(q), Loops(walk, range), a.elements(type), b.elements(type), y.elements(type))
    }
  }

  private func binary<Element: IntegerKernels>(
    _ type: Element.Type, _ op: CKIntegerBinaryOp, _ walk: Walk
  ) throws {
    let (a, b, y) = (inputs[0], inputs[1], outputs[0])
    try slabs(of: walk) { range in
      Element.binary(op, Loops(walk, range), a.elements(type), b.elements(type), y.elements(type))
    }
  }

  private func compare<Element: ComparisonKernels>(
    _ type: Element.Type, _ op: CKCompareOp, _ walk: Walk
  ) throws {
    let (a, b, y) = (inputs[0], inputs[1], outputs[0])
    try slabs(of: walk) { range in
      Element.compare(op, Loops(walk, range), a.elements(type), b.elements(type), y.elements(UInt8.self))
    }
  }
}
