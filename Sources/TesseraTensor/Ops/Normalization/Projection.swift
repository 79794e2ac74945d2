import CKernels

/// A matrix product with blocks of positions that are made for it and for nothing else.
struct Projection<Real: ProductElement>: Sendable {
  /// Positions of a block: with a network's channels it stays in the first-level cache.
  private static var blockPositions: Int { 128 }

  private let volume: InstanceVolume
  private let outputs: Int
  private let dtype: DType
  private let weight: SharedElements<Real>
  private let bias: SharedElements<Real>?

  init(
    _ volume: InstanceVolume, outputs: Int, dtype: DType, weight: SharedElements<Real>,
    bias: SharedElements<Real>?
  ) {
    self.volume = volume
    self.outputs = outputs
    self.dtype = dtype
    self.weight = weight
    self.bias = bias
  }

  private var matrix: Matrix { Matrix(weight.base, rows: outputs, columns: volume.channels) }

  /// Calls `body` with consecutive blocks of an image's positions, and memory for a row of channels a position.
  func eachBlock(
    of positions: Range<Int>, _ image: Int, _ body: (Range<Int>, UnsafeMutableRawPointer) -> Void
  ) {
    Scratch.withBytes(Self.blockPositions * volume.channels * dtype.byteCount) { rows in
      for first in stride(from: positions.lowerBound, to: positions.upperBound, by: Self.blockPositions) {
        body(first..<min(positions.upperBound, first + Self.blockPositions), rows)
      }
    }
  }

  private func rows(_ block: Range<Int>, _ base: UnsafeMutableRawPointer, columns: Int) -> Matrix {
    Matrix(
      base: base, dtype: dtype, rows: block.count, columns: columns, rowStride: columns, columnStride: 1)
  }

  /// The block's part of a channels-last tensor with a channel an output.
  private func part(_ block: Range<Int>, _ image: Int, of view: TensorView) -> Matrix {
    let first = (image * volume.positions + block.lowerBound) * outputs
    return rows(block, view.pointer + first * dtype.byteCount, columns: outputs)
  }

  /// `y = rows Wᵀ + b`.
  func forward(_ block: Range<Int>, _ image: Int, _ base: UnsafeMutableRawPointer, to y: TensorView) {
    Gemm<Real>(
      a: rows(block, base, columns: volume.channels), b: matrix.transposed, c: part(block, image, of: y),
      bias: bias.map { UnsafePointer($0.base) }
    ).run()
  }

  /// `rows = dy W`.
  func backward(_ block: Range<Int>, _ image: Int, _ dy: TensorView, to base: UnsafeMutableRawPointer) {
    Gemm<Real>(
      a: part(block, image, of: dy), b: matrix, c: rows(block, base, columns: volume.channels)
    ).run()
  }

  /// Adds `dyᵀ rows` to the weight's gradient.
  func addWeights(
    _ block: Range<Int>, _ image: Int, _ dy: TensorView, _ base: UnsafeMutableRawPointer,
    to sums: UnsafeMutablePointer<Real>
  ) {
    var product = Gemm<Real>(
      a: part(block, image, of: dy).transposed, b: rows(block, base, columns: volume.channels),
      c: Matrix(sums, rows: outputs, columns: volume.channels))
    product.accumulates = true
    product.run()
  }
}

/// The backward pass of ``ProjectedResidualNorm``: sums over all positions, then the branches' gradients.
struct ProjectionSums<Element: KernelElement>: Sendable {
  private let volume: InstanceVolume
  private let outputs: Int
  private let norm: ResidualNorm
  private let branches: ResidualBranches<Element>
  private let projection: Projection<Element.Real>

  init(
    _ volume: InstanceVolume, outputs: Int, norm: ResidualNorm, branches: ResidualBranches<Element>,
    _ projection: Projection<Element.Real>
  ) {
    self.volume = volume
    self.outputs = outputs
    self.norm = norm
    self.branches = branches
    self.projection = projection
  }

  /// Sums of a slab for weight and bias.
  private var parameterCount: Int { outputs * (volume.channels + 1) }
  /// Sums of a slab for the norms.
  private var width: Int { 3 * volume.channels }

  /// Fills the outputs: both branches' gradients, the weight's and the bias's.
  func differentiate(_ call: KernelCall) throws {
    let slabs = volume.images * volume.slabs
    try Scratch.withElements(Element.Real.self, count: (slabs + 1) * parameterCount) { parameters in
      parameters.base.update(repeating: 0, count: (slabs + 1) * parameterCount)
      for image in 0..<volume.images { try differentiate(call, image, parameters) }
      let total = parameters.from(slabs * parameterCount)
      Element.Real.sumSlabs(
        Int64(slabs), Int64(parameterCount), parameters.base, total.base, 0, Int64(parameterCount))
      let weights = outputs * volume.channels
      call.outputs[2].elements(Element.Real.self).update(from: total.base, count: weights)
      call.outputs[3].elements(Element.Real.self).update(from: total + weights, count: outputs)
    }
  }

  private func differentiate(
    _ call: KernelCall, _ image: Int, _ parameters: SharedElements<Element.Real>
  ) throws {
    let targets = (call.outputs[0].shared(Element.self), call.outputs[1].shared(Element.self))
    try Scratch.withElements(Double.self, count: (volume.slabs + 1) * width) { sums in
      sums.base.update(repeating: 0, count: volume.slabs * width)
      try volume.run(call.parallel) { slab, range in
        let own = parameters.from((image * volume.slabs + slab) * parameterCount)
        addSums(call.inputs[2], image, range, norms: sums + slab * width, parameters: own.base)
      }
      let means = sums.from(volume.slabs * width)
      Double.sumSlabs(Int64(volume.slabs), Int64(width), sums.base, means.base, 0, Int64(width))
      for index in 0..<width { means.base[index] /= Double(volume.positions) }
      try volume.run(call.parallel) { _, range in
        projection.eachBlock(of: range, image) { block, rows in
          projection.backward(block, image, call.inputs[2], to: rows)
          let (start, row) = volume.start(of: image)
          let at = start + block.lowerBound * volume.channels
          Element.normalization.residualBackward(
            Int64(block.count), Int64(volume.channels), branches.main.part(at, row),
            branches.shortcut.part(at, row),
            Element.Real(norm.slope), rows.assumingMemoryBound(to: Element.self), means.base, targets.0 + at,
            targets.1 + at)
        }
      }
    }
  }

  /// Adds a slab's sums block by block: the block's values for the weight, then their gradient for the norms.
  private func addSums(
    _ dy: TensorView, _ image: Int, _ range: Range<Int>, norms: UnsafeMutablePointer<Double>,
    parameters: UnsafeMutablePointer<Element.Real>
  ) {
    let bias = parameters + outputs * volume.channels
    Scratch.withElements(Double.self, count: width) { blockSums in
      Scratch.withElements(Element.Real.self, count: outputs) { columns in
        projection.eachBlock(of: range, image) { block, rows in
          let values = rows.assumingMemoryBound(to: Element.self)
          norm.apply(branches, volume, image, block, to: values)
          projection.addWeights(block, image, dy, rows, to: parameters)
          let first = (image * volume.positions + block.lowerBound) * outputs
          Element.columnSums(
            Int64(block.count), Int64(outputs), dy.shared(Element.self) + first, Int64(outputs), columns.base)
          for index in 0..<outputs { bias[index] += columns.base[index] }
          projection.backward(block, image, dy, to: rows)
          let (start, row) = volume.start(of: image)
          let at = start + block.lowerBound * volume.channels
          Element.normalization.residualSums(
            Int64(block.count), Int64(volume.channels), branches.main.part(at, row),
            branches.shortcut.part(at, row),
            Element.Real(norm.slope), values, blockSums.base)
          for index in 0..<width { norms[index] += blockSums.base[index] }
        }
      }
    }
  }
}
