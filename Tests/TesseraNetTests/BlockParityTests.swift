import TesseraData
import TesseraNet
import TesseraTensor
import Testing

/// MONAI's blocks: outputs and every gradient within 1e-5 of the largest value.
@Suite struct BlockParityTests {
  let engine = Engine.unfused()

  private func check(
    _ name: String, _ layer: Layer, input: Tensor, others: [Tensor] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fixture = try Fixture("ops")
    try layer.fillByRecipe(prefix: "\(name).")
    try input.setRequiresGradient(true)
    let output = try layer.run([input] + others)
    try #expect(
      relativeMaximum(output.doubles(), fixture.values("\(name).out")) < 1e-5, sourceLocation: sourceLocation)
    try output.backward(seed: engine.recipe("\(name).grad_out", output.shape))
    for (path, tensor) in [("x", input)] + layer.namedParameters {
      let gradient = try #require(tensor.gradient, "no gradient of \(path)", sourceLocation: sourceLocation)
      let error = try relativeMaximum(gradient.doubles(), fixture.values("\(name).grad.\(path)"))
      #expect(error < 1e-5, "\(name).grad.\(path)", sourceLocation: sourceLocation)
    }
  }

  @Test func `window attention with a shift mask is MONAI's`() throws {
    let attention = try WindowAttention(channels: 12, heads: 3, window: [4, 4, 4], engine: engine)
    let geometry = WindowGeometry(extents: [8, 8, 8], window: [4, 4, 4], shift: [2, 2, 2])
    let mask = try engine.run(WindowMask(geometry, dtype: .float32))
    #expect(try mask.doubles() == Fixture("ops").values("window_attention_shift.mask"))
    let x = try engine.recipe("window_attention_shift.x", [8, 64, 12])
    try check("window_attention_shift", attention, input: x, others: [mask])
  }

  @Test func `a clamped window takes the corner of the nominal index`() throws {
    let attention = try WindowAttention(channels: 12, heads: 3, window: [7, 7, 7], engine: engine)
    try check(
      "window_attention_clipped", attention, input: engine.recipe("window_attention_clipped.x", [2, 8, 12]))
  }

  @Test func `a shifted Swin block with padding and one clamped axis is MONAI's`() throws {
    let block = try SwinBlock(
      SwinBlock.Configuration(channels: 12, heads: 3, window: [4, 4, 4], shift: [2, 2, 2]), engine: engine)
    let geometry = WindowGeometry(extents: [7, 9, 4], window: [4, 4, 4], shift: [2, 2, 2])
    let mask = try engine.run(WindowMask(geometry, dtype: .float32))
    try check(
      "swin_block_shift", block, input: engine.recipe("swin_block_shift.x", [1, 7, 9, 4, 12]), others: [mask])
  }

  @Test func `a stage of two blocks and a merging is MONAI's`() throws {
    let configuration = SwinBlock.Configuration(channels: 6, heads: 3, window: [4, 4, 4], shift: [0, 0, 0])
    let stage = try SwinStage(configuration, dropPaths: [0, 0], order: .merging, engine: engine)
    try check("basic_layer", stage, input: engine.recipe("basic_layer.x", [1, 6, 7, 5, 6]))
  }

  @Test(arguments: [
    ("patch_merging", MergingOrder.merging, [1, 5, 4, 6, 6]),
    ("patch_merging_v2", .mergingV2, [1, 5, 4, 6, 6]),
    ("patch_merging_2d", .merging, [1, 5, 4, 6]),
  ])
  func `patch merging gathers in MONAI's order`(name: String, order: MergingOrder, shape: [Int]) throws {
    let merging = try PatchMerging(channels: 6, axes: shape.count - 2, order: order, engine: engine)
    try check(name, merging, input: engine.recipe("\(name).x", Shape(shape)))
  }

  @Test(arguments: [false, true])
  func `a residual convolution block is MONAI's`(fused: Bool) throws {
    engine.isFused = fused
    let block = try UNETRBasicBlock(3, 5, axes: 3, norm: BlockNorm(), engine: engine)
    try check("unetr_basic_block", block, input: engine.recipe("unetr_basic_block.x", [2, 3, 4, 5, 6]))
  }

  @Test(arguments: [false, true])
  func `an upsampling block is MONAI's`(fused: Bool) throws {
    engine.isFused = fused
    let block = try UNETRUpBlock(6, 3, axes: 3, norm: BlockNorm(), engine: engine)
    let skip = try engine.recipe("unetr_up_block.skip", [1, 3, 6, 8, 4])
    try check(
      "unetr_up_block", block, input: engine.recipe("unetr_up_block.x", [1, 6, 3, 4, 2]), others: [skip])
  }
}
