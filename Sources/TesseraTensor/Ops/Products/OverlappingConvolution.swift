import CKernels

/// A convolution whose result lies over one of the maps that it reads.
///
/// Some planes at a time are copied aside, with those that their neighbours still need, and made into the result's planes:
/// the copies are a small part of a map. The result has the extents of the source, so strides are 1.
struct OverlappingConvolution {
  /// Planes of the result that are made from one copy.
  private static let planes = 8

  let problem: TesseraConvolution
  let pass: TesseraConvolutionPass
  /// What is read, in one piece or as the channels of two.
  let sources: [TensorView]
  /// Where the result goes: the memory of `sources[overlapped]`.
  let target: TensorView
  private let overlapped: Int
  private let depth: Int
  private let padding: Int

  /// Nil where the result lies apart from everything that is read.
  init?(
    _ problem: TesseraConvolution, _ pass: TesseraConvolutionPass, _ sources: [TensorView], target: TensorView
  ) {
    guard let overlapped = sources.firstIndex(where: { $0.pointer == target.pointer }) else { return nil }
    self.problem = problem
    self.pass = pass
    self.sources = sources
    self.target = target
    self.overlapped = overlapped
    depth = Int(problem.input.0)
    padding = Int(problem.padding.0)
  }

  /// Fills the target.
  func run<Element: ConvolutionElement>(
    _ type: Element.Type, weight: SharedElements<Element.Real>, parallel: Parallel
  ) throws {
    let planeBytes = bytes(ofPlanes: 1, of: sources[overlapped])
    try Scratch.withBytes((min(depth, Self.planes) + 2 * padding) * planeBytes) { window in
      for image in 0..<Int(problem.batch) {
        var copied = 0..<0
        for first in stride(from: 0, to: depth, by: Self.planes) {
          let made = first..<min(depth, first + Self.planes)
          let read = max(0, first - padding)..<min(depth, made.upperBound + padding)
          // Planes in front of `first` are gone from the map by now; the copy before this one has them.
          let kept = first - read.lowerBound
          window.copyMemory(
            from: window + max(0, read.lowerBound - copied.lowerBound) * planeBytes,
            byteCount: kept * planeBytes)
          try copy(first..<read.upperBound, of: image, to: window + kept * planeBytes, parallel)
          copied = read
          try run(type, made, reading: read, of: image, window, weight: weight, parallel)
        }
      }
    }
  }

  private func bytes(ofPlanes count: Int, of view: TensorView) -> Int {
    count * view.shape[1] * Int(problem.input.1 * problem.input.2) * view.dtype.byteCount
  }

  private func address(ofPlane plane: Int, of image: Int, in view: TensorView) -> UnsafeMutableRawPointer {
    view.pointer + bytes(ofPlanes: image * depth + plane, of: view)
  }

  private func copy(
    _ planes: Range<Int>, of image: Int, to window: UnsafeMutableRawPointer, _ parallel: Parallel
  ) throws {
    let view = sources[overlapped]
    let from = SharedElements(
      base: address(ofPlane: planes.lowerBound, of: image, in: view).assumingMemoryBound(to: UInt8.self))
    let to = SharedElements(base: window.assumingMemoryBound(to: UInt8.self))
    try parallel.run(count: bytes(ofPlanes: planes.count, of: view), slab: 1 << 20) { range in
      (to + range.lowerBound).update(from: from + range.lowerBound, count: range.count)
    }
  }

  /// Makes planes `made` from planes `read`, which the window has of the map that is written over.
  private func run<Element: ConvolutionElement>(
    _ type: Element.Type, _ made: Range<Int>, reading read: Range<Int>, of image: Int,
    _ window: UnsafeMutableRawPointer, weight: SharedElements<Element.Real>, _ parallel: Parallel
  ) throws {
    var part = problem
    part.batch = 1
    let (front, behind) = (Int64(made.lowerBound - read.lowerBound), Int64(padding))
    (part.input.0, part.output.0) = (Int64(read.count), Int64(made.count))
    part.padding.0 = behind - front
    if pass == TesseraBackwardData {
      (part.input.0, part.output.0) = (part.output.0, part.input.0)
      part.padding.0 = behind + front
    }
    let views = sources.enumerated().map { index, view in
      index == overlapped
        ? view.moved(to: window) : view.moved(to: address(ofPlane: read.lowerBound, of: image, in: view))
    }
    try ConvolutionRunner.run(
      type, part, pass,
      source: views.count > 1 ? ConvolutionSource(views[0], views[1]) : ConvolutionSource(views[0]),
      weight: weight, bias: nil,
      target: target.moved(to: address(ofPlane: made.lowerBound, of: image, in: target)),
      parallel: parallel)
  }
}

extension TensorView {
  /// The same shape at another address, for a kernel that is told the extents apart.
  fileprivate func moved(to address: UnsafeMutableRawPointer) -> TensorView {
    TensorView(pointer: address, layout: layout, dtype: dtype)
  }
}
