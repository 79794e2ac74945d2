import TesseraTensor

/// A run of Swin blocks over one resolution, every second one shifted, then a patch merging.
///
/// - Shape: `(B, C, extents…)` to `(B, 2C, ⌈extents/2⌉…)`.
public final class SwinStage: Layer {
  private let blocks: [SwinBlock]
  private let merging: PatchMerging
  private let window: [Int]

  /// Makes a stage; `dropPaths` has one rate a block.
  public init(
    _ block: SwinBlock.Configuration, dropPaths: [Double], order: MergingOrder, engine: Engine
  ) throws {
    window = block.window
    blocks = try dropPaths.enumerated().map { index, rate in
      var configuration = block
      configuration.dropPath = rate
      configuration.shift = index % 2 == 0 ? block.window.map { _ in 0 } : block.window.map { $0 / 2 }
      return try SwinBlock(configuration, engine: engine)
    }
    merging = try PatchMerging(
      channels: block.channels, axes: block.window.count, order: order, engine: engine)
    super.init(engine: engine)
    let list = Layer(engine: engine)
    for (index, block) in blocks.enumerated() { list.register("\(index)", layer: block) }
    register("blocks", layer: list)
    register("downsample", layer: merging)
  }

  /// `all` recomputes whole stages, around the recomputed halves of their blocks.
  public override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    if policy == .all { recompute = .whole }
    return policy == .all
  }

  /// Runs the blocks and merges.
  ///
  /// Unfused, the mask is made here, once for all blocks, as MONAI does; blocks that make their own need none.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    var x = try inputs[0].channelsMovedLast()
    let geometry = WindowGeometry(
      extents: Array(x.shape.extents.dropFirst().dropLast()), window: window, shift: window.map { $0 / 2 })
    let needsMask = geometry.isShifted && !engine.isFused && blocks.contains { !$0.makesMask }
    let mask = needsMask ? try geometry.mask(for: x) : nil
    for (index, block) in blocks.enumerated() {
      x = try mask.map { try block(x, $0, as: "blocks.\(index)") } ?? block(x, as: "blocks.\(index)")
    }
    return try merging(x, as: "downsample").channelsMovedFirst()
  }
}
