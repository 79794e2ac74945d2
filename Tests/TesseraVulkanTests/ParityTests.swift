import Foundation
import TesseraData
import TesseraNet
import TesseraVulkan
import TestNetworks
import Testing

@testable import TesseraTensor

extension OnSharedDevice {
  /// Blocks and networks on the device against MONAI's outputs and gradients, with no op left to the CPU.
  @Suite struct VulkanParityTests {
    /// A block, its input and the map that it reads beside it.
    struct Block: Sendable, CustomTestStringConvertible {
      let name: String
      let shape: Shape
      var skip: Shape?
      let make: @Sendable (Engine) throws -> Layer
      var testDescription: String { name }
    }

    static let blocks = [
      Block(name: "window_attention_clipped", shape: [2, 8, 12]) {
        try WindowAttention(channels: 12, heads: 3, window: [7, 7, 7], engine: $0)
      },
      Block(name: "basic_layer", shape: [1, 6, 7, 5, 6]) {
        let block = SwinBlock.Configuration(channels: 6, heads: 3, window: [4, 4, 4], shift: [0, 0, 0])
        return try SwinStage(block, dropPaths: [0, 0], order: .merging, engine: $0)
      },
      Block(name: "patch_merging", shape: [1, 5, 4, 6, 6]) {
        try PatchMerging(channels: 6, axes: 3, order: .merging, engine: $0)
      },
      Block(name: "patch_merging_v2", shape: [1, 5, 4, 6, 6]) {
        try PatchMerging(channels: 6, axes: 3, order: .mergingV2, engine: $0)
      },
      Block(name: "patch_merging_2d", shape: [1, 5, 4, 6]) {
        try PatchMerging(channels: 6, axes: 2, order: .merging, engine: $0)
      },
      Block(name: "unetr_basic_block", shape: [2, 3, 4, 5, 6]) {
        try UNETRBasicBlock(3, 5, axes: 3, norm: BlockNorm(), engine: $0)
      },
      Block(name: "unetr_up_block", shape: [1, 6, 3, 4, 2], skip: [1, 3, 6, 8, 4]) {
        try UNETRUpBlock(6, 3, axes: 3, norm: BlockNorm(), engine: $0)
      },
    ]

    @Test func `blocks are MONAI's, fused and unfused, forward and backward`() throws {
      let fixture = try Safetensors.fixture("ops")
      let backend = try TestDevice.shared()
      for block in Self.blocks {
        for isFused in [true, false] {
          let engine = Engine(backend: backend)
          engine.isFused = isFused
          try check(block, against: fixture, engine)
          #expect(engine.fallbacks == [:], "\(block.name)")
        }
      }
      #expect(backend.instance.messages == [])
    }

    private func check(_ block: Block, against fixture: Safetensors, _ engine: Engine) throws {
      let layer = try block.make(engine)
      try layer.fillByRecipe(prefix: "\(block.name).")
      let x = try engine.recipe("\(block.name).x", block.shape)
      try x.setRequiresGradient(true)
      let skip = try block.skip.map { try engine.recipe("\(block.name).skip", $0) }
      let output = try layer.run([x] + [skip].compactMap { $0 })
      let expected = try fixture.tensor("\(block.name).out").doubles()
      #expect(try OpAgreement.relativeError(output.doubles(), expected) < 1e-5, "\(block.name)")
      try output.backward(seed: engine.recipe("\(block.name).grad_out", output.shape))
      for (path, tensor) in [("x", x)] + layer.namedParameters {
        let gradient = try #require(tensor.gradient, "no gradient of \(path)").doubles()
        let wanted = try fixture.tensor("\(block.name).grad.\(path)").doubles()
        #expect(OpAgreement.relativeError(gradient, wanted) < 2e-5, "\(block.name).grad.\(path)")
      }
    }

    /// A network of the fixtures.
    struct Network: Sendable, CustomTestStringConvertible {
      let file: String
      let sides: [Int]
      let isFused: Bool
      var testDescription: String { "\(file) \(isFused ? "fused" : "unfused")" }
    }

    @Test(
      .slow,
      arguments: [
        Network(file: "c_2d_fs12_64", sides: [64, 64], isFused: false),
        Network(file: "a_3d_fs12_64x64x32", sides: [64, 64, 32], isFused: true),
      ])
    func `a network's output, loss and gradients are MONAI's`(c: Network) throws {
      let fixture = try Safetensors.fixture(c.file)
      let engine = Engine(backend: try TestDevice.shared())
      engine.isFused = c.isFused
      var configuration = SwinUNETRConfiguration(inChannels: 1, outChannels: 2, featureSize: 12)
      configuration.spatialDimensions = c.sides.count
      let network = try SwinUNETR(configuration, engine: engine)
      try network.fillByRecipe()
      let x = try engine.recipe("input", Shape([1, 1] + c.sides))
      let shape = Shape([1, 2] + c.sides)
      let binary = FixtureRecipe.binaryTarget("target", count: shape.count)
      var dice = DiceLoss()
      (dice.sigmoid, dice.squared, dice.smoothNumerator) = (true, true, 0)
      let output = try network.run([x])
      let loss = try dice(output, engine.tensor(binary.map(Double.init), shape))
      #expect(try OpAgreement.relativeError(output.doubles(), fixture.tensor("output").doubles()) < 1e-5)
      #expect(try abs(loss.item() - fixture.tensor("loss").doubles()[0]) < 2e-6)
      try loss.backward()
      // As on the CPU: float32 leaves this much in the gradients nearest to the input.
      #expect(try largestError(network, fixture) < 1e-2)
      #expect(engine.fallbacks == [:])
    }

    /// The largest relative error of a gradient's sum of magnitudes and norm.
    private func largestError(_ network: SwinUNETR, _ fixture: Safetensors) throws -> Double {
      let names = try JSONDecoder().decode(
        [String].self, from: Data((fixture.metadata["grad_names"] ?? "").utf8))
      let summaries = try fixture.tensor("grad_summary").doubles()
      let gradients = Dictionary(
        uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.tensor.gradient) })
      return try names.enumerated().map { index, name in
        let values = try #require(gradients[name] ?? nil, "no gradient of \(name)").doubles()
        let (magnitudes, norm) = (summaries[index * 4 + 1], summaries[index * 4 + 2])
        let error = abs(values.map(abs).reduce(0, +) - magnitudes) / magnitudes
        return max(error, abs(values.map { $0 * $0 }.reduce(0, +).squareRoot() - norm) / norm)
      }.max() ?? .infinity
    }

    @Test func `five training steps follow the CPU's loss to 1e-4`() throws {
      let losses = try [TestDevice.shared(), CPUBackend() as any Backend].map { backend in
        let engine = Engine(backend: backend)
        engine.random = RandomState(seed: 9)
        let network = try SmallNetwork.inThreeDimensions(engine: engine)
        let optimizer = AdamW(network.namedParameters, learningRate: 1e-3, weightDecay: 1e-5)
        let x = try engine.uniform([1, 1, 8, 8, 10])
        let target = try engine.bernoulli([1, 2, 8, 8, 10], probability: 0.5)
        var criterion = DiceCELoss()
        criterion.dice.sigmoid = true
        return try (0..<5).map { _ in
          let loss = try criterion(network.run([x]), target)
          try loss.backward()
          try optimizer.step()
          optimizer.zeroGradients()
          return try loss.item()
        }
      }
      #expect(losses[0][4] < losses[0][0])
      for (got, wanted) in zip(losses[0], losses[1]) { #expect(abs(got - wanted) <= 1e-4) }
    }
  }
}

extension Safetensors {
  fileprivate static func fixture(_ name: String) throws -> Safetensors {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Safetensors(path: folder.appending(path: "Fixtures/\(name).safetensors").path)
  }
}

extension Engine {
  fileprivate func recipe(_ name: String, _ shape: Shape) throws -> Tensor {
    let values = FixtureRecipe.values(name, count: shape.count, amplitude: 1, offset: 0)
    return try tensor(values.map(Double.init), shape)
  }
}

extension Layer {
  /// Fills every parameter by the recipe, under `prefix` and its own path.
  fileprivate func fillByRecipe(prefix: String = "") throws {
    for (name, tensor) in namedParameters {
      let values = FixtureRecipe.parameter(prefix + name, shape: tensor.shape.extents)
      try tensor.assign(values.map(Double.init))
    }
  }
}
