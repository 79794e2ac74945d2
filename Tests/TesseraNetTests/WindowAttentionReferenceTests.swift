import TesseraData
import TesseraTensor
import Testing

/// Fused window attention against MONAI's float64 results: whole windows, a clipped window, and a padded Swin block.
@Suite struct WindowAttentionReferenceTests {
  let engine = Engine(backend: CPUBackend(threadCount: 2))

  @Test(arguments: [DType.float32, .float64])
  func `shifted windows agree with MONAI`(_ dtype: DType) throws {
    let name = "window_attention_shift"
    // The reference lists tokens by window of the rolled volume; ours come in the volume's own order.
    let order = rolledOrder(size: 8, window: 4, shift: 2)
    let module = try Module(engine, name, window: 4, dtype)
    let x = try engine.recipe("\(name).x", [512, 12], dtype, order: order)
    try x.setRequiresGradient(true)
    let volume = try engine.run(Reshape(to: [1, 8, 8, 8, 12]), x)
    let out = try module(volume, WindowAttention(heads: 3, window: [4], shift: [2]))
    let flat = try engine.run(Reshape(to: [512, 12]), out)
    let reference = try Safetensors(path: referenceFile("ops.safetensors"))
    try expectClose(flat, reference, "\(name).out", order: order)
    try flat.backward(seed: engine.recipe("\(name).grad_out", [512, 12], dtype, order: order))
    try expectClose(#require(x.gradient), reference, "\(name).grad.x", order: order)
    try module.expectGradients(reference)
  }

  @Test(arguments: [DType.float32, .float64])
  func `a volume smaller than the window uses the first rows of the position index`(_ dtype: DType) throws {
    let name = "window_attention_clipped"
    let module = try Module(engine, name, window: 7, dtype)
    let order = Array(0..<16)
    let x = try engine.recipe("\(name).x", [16, 12], dtype, order: order)
    try x.setRequiresGradient(true)
    let volume = try engine.run(Reshape(to: [2, 2, 2, 2, 12]), x)
    let out = try module(volume, WindowAttention(heads: 3, window: [7], shift: [3]))
    let flat = try engine.run(Reshape(to: [16, 12]), out)
    let reference = try Safetensors(path: referenceFile("ops.safetensors"))
    try expectClose(flat, reference, "\(name).out", order: order)
    try flat.backward(seed: engine.recipe("\(name).grad_out", [16, 12], dtype, order: order))
    try expectClose(#require(x.gradient), reference, "\(name).grad.x", order: order)
    try module.expectGradients(reference)
  }

  @Test(arguments: [DType.float32, .float64])
  func `a Swin block with padding and shift agrees with MONAI`(_ dtype: DType) throws {
    let name = "swin_block_shift"
    let module = try Module(engine, name, window: 4, prefix: "attn.", dtype)
    let norm1 = try module.parameters(("norm1.weight", [12]), ("norm1.bias", [12]))
    let norm2 = try module.parameters(("norm2.weight", [12]), ("norm2.bias", [12]))
    let first = try module.parameters(("mlp.linear1.weight", [48, 12]), ("mlp.linear1.bias", [48]))
    let second = try module.parameters(("mlp.linear2.weight", [12, 48]), ("mlp.linear2.bias", [12]))
    let x = try engine.recipe("\(name).x", [1, 7, 9, 4, 12], dtype)
    try x.setRequiresGradient(true)
    let attended = try module(
      engine.run(LayerNorm(), [x] + norm1)[0], WindowAttention(heads: 3, window: [4], shift: [2]))
    let middle = try engine.run(Add(), x, attended)
    let normalized = try engine.run(LayerNorm(), [middle] + norm2)[0]
    let hidden = try engine.run(Gelu(), engine.run(Linear(), [normalized] + first)[0])
    let out = try engine.run(Add(), middle, engine.run(Linear(), [hidden] + second)[0])
    let reference = try Safetensors(path: referenceFile("ops.safetensors"))
    try expectClose(out, reference, "\(name).out")
    try out.backward(seed: engine.recipe("\(name).grad_out", out.shape, dtype))
    try expectClose(#require(x.gradient), reference, "\(name).grad.x")
    try module.expectGradients(reference)
  }

  @Test func `attention keeps one number a row instead of scores`() throws {
    let qkv = try engine.recipe("qkv", [1, 14, 14, 14, 72])
    let table = try engine.recipe("table", [2197, 3])
    try qkv.setRequiresGradient(true)
    let out = try engine.run(WindowAttention(heads: 3, window: [7], shift: [3]), qkv, table)
    let logarithms = 8 * 3 * 343 * 4
    #expect(
      engine.ledger.savedBytes
        == qkv.spec.byteCount + table.spec.byteCount + out.spec.byteCount + logarithms)
  }
}

/// The parameters of MONAI's attention module, by name, and its forward pass around the fused op.
private final class Module {
  let engine: Engine
  let name: String
  let dtype: DType
  private var named: [(String, Tensor)] = []
  private var attention: [Tensor] = []

  init(_ engine: Engine, _ name: String, window: Int, prefix: String = "", _ dtype: DType) throws {
    self.engine = engine
    self.name = name
    self.dtype = dtype
    let rows = (2 * window - 1) * (2 * window - 1) * (2 * window - 1)
    attention = try parameters(
      (prefix + "relative_position_bias_table", [rows, 3]), (prefix + "qkv.weight", [36, 12]),
      (prefix + "qkv.bias", [36]), (prefix + "proj.weight", [12, 12]), (prefix + "proj.bias", [12]))
  }

  func parameters(_ list: (String, Shape)...) throws -> [Tensor] {
    try list.map { parameter, shape in
      let values = FixtureRecipe.parameter("\(name).\(parameter)", shape: shape.extents)
      let tensor = try engine.tensor(values.map(Double.init), shape, dtype: dtype)
      try tensor.setRequiresGradient(true)
      named.append((parameter, tensor))
      return tensor
    }
  }

  func callAsFunction(_ x: Tensor, _ op: WindowAttention) throws -> Tensor {
    let qkv = try engine.run(Linear(), x, attention[1], attention[2])
    let out = try engine.run(op, qkv, attention[0], attention[2])
    return try engine.run(Linear(), out, attention[3], attention[4])
  }

  func expectGradients(_ reference: Safetensors) throws {
    for (parameter, tensor) in named {
      try expectClose(#require(tensor.gradient), reference, "\(name).grad.\(parameter)")
    }
  }
}

/// For every token of the volume, its row in a list of the rolled volume's windows.
private func rolledOrder(size: Int, window: Int, shift: Int) -> [Int] {
  let count = size / window
  func place(_ position: Int) -> (window: Int, token: Int) {
    let rolled = (position - shift + size) % size
    return (rolled / window, rolled % window)
  }
  return (0..<size * size * size).map { index in
    let places = [index / (size * size), index / size % size, index % size].map(place)
    let (windows, tokens) = (places.map(\.window), places.map(\.token))
    let group = (windows[0] * count + windows[1]) * count + windows[2]
    let token = (tokens[0] * window + tokens[1]) * window + tokens[2]
    return group * window * window * window + token
  }
}

extension Engine {
  /// A matrix filled by the recipe with its rows taken in `order`.
  fileprivate func recipe(_ name: String, _ shape: Shape, _ dtype: DType, order: [Int]) throws -> Tensor {
    let rows = FixtureRecipe.values(name, count: shape.count, amplitude: 1)
    let width = shape[1]
    return try tensor(
      order.flatMap { rows[$0 * width..<($0 + 1) * width].map(Double.init) }, shape, dtype: dtype)
  }
}

/// Expects agreement to 2e-6 of the largest value, with the reference's rows taken in `order` where it is given.
private func expectClose(
  _ tensor: Tensor, _ reference: Safetensors, _ name: String, order: [Int]? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard let order else {
    return try TesseraNetTests.expectClose(
      tensor, reference, name, tolerance: 2e-6, sourceLocation: sourceLocation)
  }
  let rows = try reference.tensor(name).floats()
  let width = tensor.shape[1]
  let expected = order.flatMap { rows[$0 * width..<($0 + 1) * width].map(Double.init) }
  let scale = expected.map(abs).max() ?? 1
  let difference = zip(try tensor.doubles(), expected).map { abs($0 - $1) }.max() ?? 0
  #expect(difference <= 2e-6 * scale, "\(name): \(difference / scale)", sourceLocation: sourceLocation)
}
