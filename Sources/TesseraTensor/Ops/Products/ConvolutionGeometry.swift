import CKernels

/// Strides and padding of a convolution, an entry a spatial axis or one for all.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Output steps, in input positions.
  public let stride: [Int]
  /// Zeros in front of and behind each axis.
  public let padding: [Int]

  /// Makes a geometry; one entry stands for every axis.
  public init(stride: [Int] = [1], padding: [Int] = [0]) {
    self.stride = stride
    self.padding = padding
  }

  /// The two lists with an entry an axis.
  ///
  /// - Throws: when a list has neither one entry nor `axes`, a stride is below 1, or a padding negative.
  func resolved(axes: Int, op: String) throws -> ConvolutionGeometry {
    func spread(_ values: [Int], _ name: String, least: Int) throws -> [Int] {
      guard values.count == 1 || values.count == axes, values.allSatisfy({ $0 >= least }) else {
        throw TensorError.badParameter(
          op: op, name: name, value: "\(values)",
          rule: "it takes one or \(axes) integers of at least \(least)")
      }
      return values.count == axes ? values : [Int](repeating: values[0], count: axes)
    }
    return ConvolutionGeometry(
      stride: try spread(stride, "stride", least: 1), padding: try spread(padding, "padding", least: 0))
  }

  /// Output extents of a convolution over `input`.
  func output(input: [Int], kernel: [Int], op: String) throws -> [Int] {
    try input.indices.map { axis in
      let free = input[axis] + 2 * padding[axis] - kernel[axis]
      guard free >= 0 else {
        throw TensorError.badParameter(
          op: op, name: "kernel", value: "\(Shape(kernel))",
          rule: "it must fit into the padded input \(Shape(zip(input, padding).map { $0 + 2 * $1 }))")
      }
      return free / stride[axis] + 1
    }
  }

  /// The kernel's description of a convolution from `input` `[N, in, …]` to `output` `[N, out, …]`.
  func problem(input: Shape, output: Shape, kernel: [Int]) -> TesseraConvolution {
    func three(_ values: [Int], _ fill: Int) -> (Int64, Int64, Int64) {
      let all = [Int](repeating: fill, count: 3 - values.count) + values
      return (Int64(all[0]), Int64(all[1]), Int64(all[2]))
    }
    return TesseraConvolution(
      batch: Int64(input[0]), inputChannels: Int64(input[1]), outputChannels: Int64(output[1]),
      input: three(Array(input.extents.dropFirst(2)), 1),
      output: three(Array(output.extents.dropFirst(2)), 1),
      kernel: three(kernel, 1), stride: three(stride, 1), padding: three(padding, 0))
  }
}

/// Runs a convolution's three passes on all cores, in slabs that can be cancelled.
enum ConvolutionRunner {
  /// Multiply-adds of one slab: some 10 ms, so that an interrupt is answered at once.
  private static let slabOperations = 1 << 28

  /// Fills `target` from `source`: forward, or the data gradient.
  static func run<Element: ConvolutionElement>(
    _ type: Element.Type, _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass, source: TensorView,
    weight: TensorView, bias: TensorView?, target: TensorView, parallel: Parallel
  ) throws {
    var problem = problem
    let packedCount = Int(Element.packedCount(&problem, pass))
    let (source, target) = (source.shared(type), target.shared(type))
    let bias = bias?.shared(type)
    try Scratch.withElements(type, count: packedCount) { packed in
      Element.pack(&problem, pass, weight.elements(type), packed.base)
      let lines = problem.lines(of: pass)
      let slab = max(1, min(slabOperations / max(1, problem.operations / max(1, lines)), lines / 16))
      try parallel.run(count: lines, slab: slab) { [problem] range in
        var problem = problem
        Scratch.withBytes(Element.convolutionScratch(&problem)) {
          Element.convolve(
            &problem, pass, source.base, packed.base, bias?.base, target.base, Int64(range.lowerBound),
            Int64(range.upperBound), $0)
        }
      }
    }
  }

  /// Fills `dw` from the input and the output's gradient.
  static func weightGradient<Element: ConvolutionElement>(
    _ type: Element.Type, _ problem: TesseraConvolution, x: TensorView, dy: TensorView, dw: TensorView,
    parallel: Parallel
  ) throws {
    var problem = problem
    let count = Int(Element.partialCount(&problem))
    let slabs = Int(tessera_convolution_weight_slabs(&problem))
    let units = Int(tessera_convolution_weight_units(&problem))
    let lines = problem.lines(of: TesseraForward)
    let (x, dy, dw) = (x.shared(type), dy.shared(type), dw.shared(type))
    try Scratch.withElements(type, count: slabs * count) { partials in
      partials.base.update(repeating: 0, count: slabs * count)
      // Sixteen pieces at least, and more where a piece would run long: by slab, then by unit within it.
      let pieces = max(16, problem.operations / slabOperations)
      let parts = min(units, max(1, (pieces + slabs - 1) / slabs))
      try parallel.run(count: slabs * parts, slab: 1) { [problem] range in
        var problem = problem
        Scratch.withBytes(Element.weightScratch(&problem)) { scratch in
          for piece in range {
            let (slab, part) = (piece / parts, piece % parts)
            Element.weightPartial(
              &problem, x.base, dy.base, partials + slab * count, Int64(slab * lines / slabs),
              Int64((slab + 1) * lines / slabs), Int64(part * units / parts),
              Int64((part + 1) * units / parts),
              scratch)
          }
        }
      }
      Element.weightFinish(&problem, partials.base, Int64(slabs), dw.base)
    }
  }
}

extension TesseraConvolution {
  /// Lines of the target: (batch, depth, height).
  func lines(of pass: TesseraConvolutionPass) -> Int {
    Int(batch) * (pass == TesseraForward ? Int(output.0 * output.1) : Int(input.0 * input.1))
  }

  /// Multiplies and adds of any one pass, padding included.
  var operations: Int {
    2 * Int(batch * output.0 * output.1 * output.2 * kernel.0 * kernel.1 * kernel.2)
      * Int(inputChannels * outputChannels)
  }
}
