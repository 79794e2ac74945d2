import CKernels

/// A channels-last tensor as images of positions of channels.
struct InstanceVolume {
  let images: Int
  let positions: Int
  let channels: Int
  /// Positions of one partial sum: a fixed cut of some 256 Ki elements, so that bits do not depend on threads.
  private let slabPositions: Int

  init(_ shape: Shape) {
    images = shape[0]
    channels = shape[1]
    positions = shape.extents.dropFirst(2).reduce(1, *)
    slabPositions = max(1, (1 << 18) / max(1, channels))
  }

  var slabs: Int { max(1, (positions + slabPositions - 1) / slabPositions) }

  func run(_ parallel: Parallel, _ body: @Sendable (_ slab: Int, _ positions: Range<Int>) -> Void) throws {
    try parallel.run(count: positions, slab: slabPositions) { body($0.lowerBound / slabPositions, $0) }
  }

  /// Where an image starts: its first element, and its first statistic.
  func start(of image: Int) -> (element: Int, row: Int) { (image * positions * channels, image * channels) }

  /// Fills mean and 1/deviation `[N, C]` of every channel: sums in fixed slabs, finished in their order.
  func statistics<Element: NormalizationElement>(
    of x: SharedElements<Element>, epsilon: Double, mean: SharedElements<Element.Real>,
    inverseDeviation: SharedElements<Element.Real>, _ parallel: Parallel
  ) throws {
    try Scratch.withElements(Double.self, count: slabs * 2 * channels) { sums in
      for image in 0..<images {
        let (start, row) = start(of: image)
        try run(parallel) { slab, range in
          Element.normalization.sums(
            Int64(range.count), Int64(channels), x + (start + range.lowerBound * channels), x + start,
            sums + slab * 2 * channels)
        }
        Element.normalization.statistics(
          Int64(positions), Int64(channels), Int64(slabs), epsilon, x + start, sums.base, mean + row,
          inverseDeviation + row)
      }
    }
  }
}
