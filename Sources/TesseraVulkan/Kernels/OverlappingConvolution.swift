import CKernels
import TesseraTensor

/// The first spatial axis of a convolution whose result lies over what it reads, in slabs of rows: each is computed from a
/// copy of its rows and of those around it, as the slab before has written over its own.
private struct ConvolutionSlabs {
  /// Slabs of a map that is large enough to be worth it: copies are an eighth of the map, twice.
  private static let count = 8
  private static let smallestBytes = 1 << 20

  let rows: Int
  let length: Int
  /// Rows before and behind its own that a target row reads.
  let below: Int
  let above: Int
  private let padding: Int
  private let isBackward: Bool
  /// The number of the axis among three.
  private let axis: Int

  init(_ problem: TesseraConvolution, _ pass: TesseraConvolutionPass, _ output: TensorView) {
    axis = 5 - output.shape.rank
    isBackward = pass == TesseraBackwardData
    rows = output.shape[2]
    let (kernel, padding) = (three(problem.kernel)[axis], three(problem.padding)[axis])
    self.padding = padding
    (below, above) = isBackward ? (kernel - 1 - padding, padding) : (padding, kernel - 1 - padding)
    let isSmall = output.count * output.dtype.byteCount < Self.smallestBytes
    length = isSmall ? rows : (rows + Self.count - 1) / Self.count
  }

  var targets: [Range<Int>] {
    stride(from: 0, to: rows, by: length).map { $0..<min(rows, $0 + length) }
  }

  /// The rows that a slab reads.
  func source(of target: Range<Int>) -> Range<Int> {
    max(0, target.lowerBound - below)..<min(rows, target.upperBound + above)
  }

  /// The problem of one image's slab.
  func problem(_ whole: TesseraConvolution, of target: Range<Int>) -> TesseraConvolution {
    var problem = whole
    problem.batch = 1
    let source = source(of: target)
    let offset = target.lowerBound - source.lowerBound
    let (input, output) = isBackward ? (target.count, source.count) : (source.count, target.count)
    set(&problem.input, input)
    set(&problem.output, output)
    set(&problem.padding, isBackward ? padding + offset : padding - offset)
    return problem
  }

  private func set(_ extents: inout (Int64, Int64, Int64), _ value: Int) {
    switch axis {
    case 0: extents.0 = Int64(value)
    case 1: extents.1 = Int64(value)
    default: extents.2 = Int64(value)
    }
  }
}

extension VulkanBackend {
  /// A convolution whose result may lie over a map that it reads, which shaders cannot do: they read their neighbours.
  func convolutionOverMaps(
    _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass, _ map: DeviceMap, weight: TensorView,
    bias: TensorView?, adds: Bool, _ output: TensorView
  ) throws {
    let maps = map.tensors
    guard maps.contains(where: { $0.pointer == output.pointer }), output.count > 0 else {
      return try convolution(problem, pass, map, weight: weight, bias: bias, adds: adds, output)
    }
    guard !adds, !map.isNormalized, three(problem.stride) == [1, 1, 1] else { throw DeviceRefusal() }
    let slabs = ConvolutionSlabs(problem, pass, output)
    let largest = slabs.targets.map { slabs.source(of: $0).count }.max() ?? 0
    let copies = try (0..<2).map { _ in
      try scratch(output.rows(0..<largest, ofImage: 0).layout, output.dtype)
    }
    for image in 0..<output.shape[0] {
      var before: (rows: Range<Int>, copy: TensorView)?
      for (number, target) in slabs.targets.enumerated() {
        let rows = slabs.source(of: target)
        let copy = copies[number % 2]
        // Rows that the slab before wrote over are still in its copy.
        let kept = rows.lowerBound..<target.lowerBound
        if let before, !kept.isEmpty {
          try self.copy(
            before.copy.rows(kept.moved(by: -before.rows.lowerBound), ofImage: 0),
            to: copy.rows(0..<kept.count, ofImage: 0))
        }
        try self.copy(
          output.rows(target.lowerBound..<rows.upperBound, ofImage: image),
          to: copy.rows(kept.count..<rows.count, ofImage: 0))
        let parts = maps.map {
          $0.pointer == output.pointer
            ? copy.rows(0..<rows.count, ofImage: 0) : $0.rows(rows, ofImage: image)
        }
        try convolution(
          slabs.problem(problem, of: target), pass,
          parts.count == 1 ? .plain(parts[0]) : .joined(parts[0], parts[1]), weight: weight, bias: bias,
          adds: false, output.rows(target, ofImage: image))
        before = (rows, copy)
      }
    }
  }

  private func copy(_ source: TensorView, to target: TensorView) throws {
    let flat = Layout(rowMajor: [source.count])
    try elementwise(.copy, output: target.with(flat), inputs: [source.with(flat)])
  }
}

extension DeviceMap {
  fileprivate var tensors: [TensorView] {
    switch self {
    case .plain(let x), .normalized(let x, _, _, _): [x]
    case .joined(let first, let second): [first, second]
    }
  }

  fileprivate var isNormalized: Bool { if case .normalized = self { true } else { false } }
}

extension TensorView {
  /// Rows of the first spatial axis of one image of a channels-last map.
  fileprivate func rows(_ range: Range<Int>, ofImage image: Int) -> TensorView {
    var part = shape
    (part[0], part[2]) = (1, range.count)
    let first = (image * shape[2] + range.lowerBound) * (count / max(1, shape[0] * shape[2]))
    return TensorView(
      pointer: pointer + first * dtype.byteCount, layout: Layout(channelsLast: part), dtype: dtype)
  }
}

extension Range<Int> {
  fileprivate func moved(by offset: Int) -> Range { lowerBound + offset..<upperBound + offset }
}
