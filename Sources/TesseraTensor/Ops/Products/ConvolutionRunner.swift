import CKernels

/// What a convolution reads: a tensor, the channels of two side by side, or values normalized on their way in.
///
/// Sendable by hand: it only points at tensors that no slab writes.
struct ConvolutionSource: @unchecked Sendable {
  let reads: TesseraConvolutionSource

  /// One tensor as it is.
  init(_ tensor: TensorView) { self.init([Self.part(tensor)], slope: 1) }

  /// The channels of two tensors.
  init(_ first: TensorView, _ second: TensorView) {
    self.init([Self.part(first), Self.part(second)], slope: 1)
  }

  /// A tensor behind its instance norm and a leaky ReLU.
  init(_ tensor: TensorView, mean: TensorView, inverseDeviation: TensorView, slope: Double) {
    self.init([Self.part(tensor, mean.pointer, inverseDeviation.pointer)], slope: slope)
  }

  private init(_ parts: [TesseraConvolutionPart], slope: Double) {
    let last = parts[parts.count - 1]
    reads = TesseraConvolutionSource(parts: (parts[0], last), count: Int64(parts.count), slope: slope)
  }

  private static func part(
    _ tensor: TensorView, _ center: UnsafeMutableRawPointer? = nil, _ scale: UnsafeMutableRawPointer? = nil
  ) -> TesseraConvolutionPart {
    TesseraConvolutionPart(
      data: tensor.pointer, center: center, scale: scale, channels: Int64(tensor.shape[1]))
  }

  /// Whether lines are made in scratch before they are read.
  var isMade: Bool { reads.count > 1 || reads.parts.0.scale != nil }
}

/// Runs a convolution's three passes on all cores, in slabs that can be cancelled.
enum ConvolutionRunner {
  /// Multiply-adds of one slab: some 10 ms, so that an interrupt is answered at once.
  private static let slabOperations = 1 << 28

  /// Fills `target` from `source`, or adds to it: forward, or the data gradient.
  static func run<Element: ConvolutionElement>(
    _ type: Element.Type, _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass,
    source: ConvolutionSource, weight: SharedElements<Element.Real>, bias: SharedElements<Element.Real>?,
    adds: Bool = false, target: TensorView, parallel: Parallel
  ) throws {
    var problem = problem
    let packedCount = Int(Element.convolution.packedCount(&problem, pass))
    let target = target.shared(type)
    try Scratch.withElements(Element.Real.self, count: packedCount) { packed in
      try pack(type, problem, pass, weight, to: packed, parallel)
      let lines = problem.lines(of: pass)
      let slab = max(1, min(slabOperations / max(1, problem.operations / max(1, lines)), lines / 16))
      try parallel.run(count: lines, slab: slab) { [problem] range in
        var (problem, reads) = (problem, source.reads)
        Scratch.withBytes(Element.convolution.scratch(&problem, &reads)) {
          Element.convolution.run(
            &problem, pass, &reads, packed.base, bias?.base, adds, target.base, Int64(range.lowerBound),
            Int64(range.upperBound), $0)
        }
      }
    }
  }

  /// Fills `dw` from the input and the output's gradient.
  static func weightGradient<Element: ConvolutionElement>(
    _ type: Element.Type, _ problem: TesseraConvolution, x: ConvolutionSource, dy: TensorView, dw: TensorView,
    parallel: Parallel
  ) throws {
    var problem = problem
    let count = Int(Element.convolution.partialCount(&problem))
    let slabs = Int(tessera_convolution_weight_slabs(&problem))
    let units = Int(Element.convolution.weightUnits(&problem))
    let lines = problem.lines(of: TesseraForward)
    let (dy, dw) = (dy.shared(type), dw.shared(Element.Real.self))
    try Scratch.withElements(Element.Real.self, count: slabs * count) { partials in
      partials.base.update(repeating: 0, count: slabs * count)
      // Sixteen pieces at least, and more where a piece would run long: by slab, then by unit within it.
      let pieces = max(16, problem.operations / slabOperations)
      // A part makes its lines anew, so units that read the same ones stay together.
      var reads = x.reads
      let most = max(1, units / Int(Element.convolution.weightSharing(&problem, &reads)))
      let parts = min(most, max(1, (pieces + slabs - 1) / slabs))
      try parallel.run(count: slabs * parts, slab: 1) { [problem] range in
        var (problem, reads) = (problem, x.reads)
        Scratch.withBytes(Element.convolution.weightScratch(&problem, &reads)) { scratch in
          for piece in range {
            let (slab, part) = (piece / parts, piece % parts)
            Element.convolution.weightPartial(
              &problem, &reads, dy.base, partials + slab * count, Int64(slab * lines / slabs),
              Int64((slab + 1) * lines / slabs), Int64(part * units / parts),
              Int64((part + 1) * units / parts),
              scratch)
          }
        }
      }
      try finish(type, problem, partials, slabs: slabs, to: dw, parallel)
    }
  }

  /// Elements that are worth a thread of their own where weights are reordered.
  private static let reorderedElements = 1 << 17

  private static func pack<Element: ConvolutionElement>(
    _ type: Element.Type, _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass,
    _ weight: SharedElements<Element.Real>, to packed: SharedElements<Element.Real>, _ parallel: Parallel
  ) throws {
    let sources = Int(pass == TesseraForward ? problem.inputChannels : problem.outputChannels)
    let slab = reorderedElements * sources / max(1, problem.weightCount)
    try parallel.run(count: sources, slab: slab) { range in
      var problem = problem
      Element.convolution.pack(
        &problem, pass, weight.base, packed.base, Int64(range.lowerBound), Int64(range.upperBound))
    }
  }

  private static func finish<Element: ConvolutionElement>(
    _ type: Element.Type, _ problem: TesseraConvolution, _ partials: SharedElements<Element.Real>, slabs: Int,
    to dw: SharedElements<Element.Real>, _ parallel: Parallel
  ) throws {
    let outputs = Int(problem.outputChannels)
    let lot = Int(tesseraFinishOutputs)
    let lots = reorderedElements * outputs / max(1, problem.weightCount * slabs) / lot
    try parallel.run(count: outputs, slab: lot * max(1, lots)) { range in
      var problem = problem
      Scratch.withBytes(Element.convolution.finishScratch(&problem)) {
        Element.convolution.weightFinish(
          &problem, partials.base, Int64(slabs), dw.base, Int64(range.lowerBound), Int64(range.upperBound),
          $0)
      }
    }
  }
}
