import Testing

@testable import TesseraData

@Suite struct FixtureRecipeTests {
  @Test func `Names hash to the published values`() {
    #expect(FixtureRecipe.fnv1a64("input") == 0x1EBB_AE8F_5810_B65B)
    #expect(FixtureRecipe.fnv1a64("out.conv.conv.weight") == 0xD531_3B20_E1B3_EF93)
  }

  @Test func `Inputs, parameters and targets begin with the published values`() {
    #expect(FixtureRecipe.input(count: 4) == [-0.80436337, 0.304720759, -0.592751503, -0.451110721])
    #expect(
      FixtureRecipe.parameter("out.conv.conv.weight", shape: [2, 12, 1, 1, 1]).prefix(4)
        .elementsEqual([-0.0723461658, -0.0573684238, -0.126334175, -0.0225538984]))
    #expect(FixtureRecipe.binaryTarget(count: 8) == [1, 0, 1, 1, 0, 0, 1, 0])
  }

  @Test func `The recipe's tensors in the reference file come out bit for bit`() throws {
    let file = try Safetensors(path: fixture("ops.safetensors"))
    let norm = "swinViT.layers1.0.blocks.0.norm1"
    let made: [(String, [Float])] = [
      ("recipe.input8", FixtureRecipe.input(count: 8)),
      ("recipe.target8", FixtureRecipe.binaryTarget(count: 8)),
      ("recipe.param_w", FixtureRecipe.parameter("out.conv.conv.weight", shape: [2, 12, 1, 1, 1])),
      ("recipe.param_norm", FixtureRecipe.parameter("\(norm).weight", shape: [12])),
      ("recipe.param_bias", FixtureRecipe.parameter("\(norm).bias", shape: [12])),
    ]
    for (name, values) in made { #expect(try file.tensor(name).floats() == values, "\(name)") }
  }
}
