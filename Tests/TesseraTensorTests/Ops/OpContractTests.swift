import Foundation
import Testing

@testable import TesseraTensor

/// What every op of the catalog promises, on every sample.
@Suite struct OpContractTests {
  private let engine = Engine(backend: CPUBackend(threadCount: 2))

  @Test func `names are unique`() {
    #expect(Set(opCatalog.map { $0.name }).count == opCatalog.count)
  }

  @Test func `every op of the catalog has samples`() {
    // These take no tensors, so there is nothing to sample or differentiate; other suites look at what they make.
    let makers: Set = ["full", "bernoulli", "randint", "randn", "rand"]
    for type in opCatalog where !makers.contains(type.name) {
      #expect(!type.samples.isEmpty, "\(type.name) would go untested")
    }
  }

  @Test func `every op with a gradient and inputs has a sample on which its slope is taken`() {
    let checked = Set(OpCase.differentiable.map(\.name))
    for example in OpCase.all where example.op.isDifferentiable && !example.sample.inputs.isEmpty {
      #expect(checked.contains(example.name), "the gradient of \(example.name) would go untested")
    }
  }

  @Test func `every public op of the sources is in the catalog`() throws {
    let listed = Set(opCatalog.map { String(describing: $0) })
    let declared = try Self.publicOps()
    #expect(declared.count > 80)
    // An optimizer's step writes over its parameters and is no function of its inputs; a loss's target has no gradient, and
    // the losses' own tests compare the sums with the ops that they stand for.
    for name in declared where name != "AdamWStep" && name != "DiceSums" {
      #expect(listed.contains(name), "\(name) would go untested")
    }
  }

  /// The names of all public types in `Ops` that are ops.
  private static func publicOps() throws -> [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/TesseraTensor/Ops")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let sources = (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    return try sources.flatMap { file in
      try String(contentsOf: file, encoding: .utf8).matches(of: /public struct (\w+): [\w, ]*Op\b/).map {
        String($0.1)
      }
    }
  }

  @Test(arguments: OpCase.differentiable)
  func `a float32 gradient follows float64's`(_ example: OpCase) throws {
    let narrow = try example.inputs(engine, .float32)
    let wide = try narrow.map { tensor in
      guard tensor.dtype == .float32 else { return tensor }
      let leaf = try engine.tensor(tensor.doubles(), tensor.shape, dtype: .float64)
      let placed = try tensor.layout.isRowMajor ? leaf : engine.run(Copy(order: .channelsLast), leaf)
      try placed.setRequiresGradient(true)
      return placed
    }
    let outputs = try [narrow, wide].map { try engine.run(example.op, $0)[0] }
    guard outputs[0].requiresGradient else { return }
    let (_, weights) = try weighted(outputs[1])
    try outputs[0].backward(seed: engine.run(Cast(to: .float32), weights))
    try outputs[1].backward(seed: weights)
    for (position, (single, double)) in zip(narrow, wide).enumerated() where single.dtype == .float32 {
      let error = relativeError(
        try #require(single.gradient).doubles(), try #require(double.gradient).doubles())
      #expect(error <= 1e-5, "input \(position)")
    }
  }

  @Test(arguments: OpCase.differentiable)
  func `a gradient is the slope of its op`(_ example: OpCase) throws {
    let inputs = try example.inputs(engine, .float64)
    let output = try engine.run(example.op, inputs)[0]
    guard output.requiresGradient else { return }  // integers have no slope
    let (result, weights) = try weighted(output)
    try result.backward(seed: weights)
    let factors = try weights.doubles()
    for (position, input) in inputs.enumerated() where input.dtype.isFloatingPoint {
      let gradient = try #require(input.gradient).doubles()
      #expect(input.gradient?.shape == input.shape)
      for element in 0..<input.shape.count {
        let step = 1e-5
        let ends = try [step, -step].map { try loss(example, inputs, position, element, $0, factors) }
        let slope = (ends[0] - ends[1]) / (2 * step)
        #expect(
          abs(slope - gradient[element]) <= 2e-6 * max(1, abs(slope)), "input \(position), element \(element)"
        )
      }
    }
  }

  private func weighted(_ result: Tensor) throws -> (Tensor, Tensor) {
    let spec = TensorSpec(result.shape, result.dtype)
    let weights = RandomUniform(spec, low: -1, high: 1, stream: RandomStream(seed: 3, stream: 3))
    return (result, try engine.run(weights, [])[0])
  }

  private func loss(
    _ example: OpCase, _ inputs: [Tensor], _ position: Int, _ element: Int, _ step: Double,
    _ factors: [Double]
  ) throws -> Double {
    var values = try inputs[position].doubles()
    values[element] += step
    var moved = inputs
    // A write keeps the memory order, which decides what dropout draws.
    moved[position] = try inputs[position].detached().copied()
    try moved[position].assign(values)
    let result = try engine.withoutGradients { try engine.run(example.op, moved)[0] }
    return zip(try result.doubles(), factors).map(*).reduce(0, +)
  }

  @Test(arguments: OpCase.all, [DType.float32, .float16, .bfloat16])
  func `narrow types follow float64`(_ example: OpCase, _ dtype: DType) throws {
    let narrow = try example.inputs(engine, dtype)
    let wide = try narrow.map { tensor in
      tensor.dtype == dtype ? try engine.run(Cast(to: .float64), tensor) : tensor
    }
    let results: [Tensor]
    do {
      results = try engine.run(example.op, narrow)
    } catch TensorError.wrongDType where dtype != .float32 {
      // An op may say that it has no 16-bit kernel; it must not be wrong. A training step needs none of these.
      #expect(Self.wideOnly.contains(example.name), "\(example.name) has no \(dtype.rawValue) kernel")
      return
    }
    for (result, reference) in zip(results, try engine.run(example.op, wide)) {
      #expect(result.shape == reference.shape)
      #expect(relativeError(try result.doubles(), try reference.doubles()) <= tolerance(result.dtype))
    }
  }

  private static let wideOnly: Set = ["interpolate"]

  @Test(arguments: OpCase.differentiable, [DType.float16, .bfloat16])
  func `a 16-bit gradient follows float64's`(_ example: OpCase, _ dtype: DType) throws {
    guard !Self.wideOnly.contains(example.name) else { return }
    try compareGradients(try example.inputs(engine, dtype), example, dtype) { _ in dtype }
  }

  @Test(arguments: OpCase.withParameters, [DType.float16, .bfloat16])
  func `parameters beside 16-bit maps may stay float32, and so may their gradients`(
    _ example: OpCase, _ dtype: DType
  ) throws {
    let inputs = try example.inputs(engine, dtype).enumerated().map { index, tensor in
      index < example.mapCount ? tensor : try leaf(tensor, .float32)
    }
    try compareGradients(inputs, example, dtype) { $0 < example.mapCount ? dtype : .float32 }
  }

  /// A leaf of another type with the same values and memory order.
  private func leaf(_ tensor: Tensor, _ dtype: DType) throws -> Tensor {
    let copy = try engine.run(Cast(to: dtype), tensor.detached())
    try copy.setRequiresGradient(tensor.requiresGradient)
    return copy
  }

  /// Compares results and gradients with those of float64 leaves of the same values.
  private func compareGradients(
    _ narrow: [Tensor], _ example: OpCase, _ dtype: DType, type: (Int) -> DType
  ) throws {
    let wide = try narrow.map { $0.dtype.isFloatingPoint ? try leaf($0, .float64) : $0 }
    let (output, reference) = (try engine.run(example.op, narrow)[0], try engine.run(example.op, wide)[0])
    #expect(relativeError(try output.doubles(), try reference.doubles()) <= tolerance(dtype))
    guard output.requiresGradient else { return }
    let seed = try engine.run(Cast(to: output.dtype), weighted(reference).1)
    try output.backward(seed: seed)
    try reference.backward(seed: engine.run(Cast(to: .float64), seed))
    for (index, (tensor, exact)) in zip(narrow, wide).enumerated() where tensor.requiresGradient {
      let gradient = try #require(tensor.gradient)
      #expect(gradient.dtype == type(index))
      // A gradient that passes through several ops is rounded as often.
      let error = relativeError(try gradient.doubles(), try #require(exact.gradient).doubles())
      #expect(error <= 2 * tolerance(dtype), "input \(index)")
    }
  }

  @Test(arguments: OpCase.all)
  func `the graph holds what the op keeps and not a byte more`(_ example: OpCase) throws {
    let inputs = try example.inputs(engine, .float32)
    let results = try example.op.results(of: inputs.map(\.spec))
    let output = try engine.run(example.op, inputs)
    guard output[0].requiresGradient else {
      #expect(engine.ledger.savedBytes == 0)
      return
    }
    let kept = Set(example.op.keeps(needs: inputs.map(\.requiresGradient)))
    let bytes = kept.map { key in
      switch key {
      case .input(let index): inputs[index].storage.byteCount
      case .result(let index): results[index].byteCount
      }
    }
    #expect(engine.ledger.savedBytes == bytes.reduce(0, +))
    #expect(engine.ledger.addsUp)
    // The graph lives as long as the result; without this the optimizer lets it go before the ledger is read.
    withExtendedLifetime(output) {}
  }

  @Test(arguments: OpCase.all)
  func `values do not depend on how inputs lie in memory`(_ example: OpCase) throws {
    let plain = try example.inputs(engine, .float64)
    // Some layouts have no view under another shape; dropout draws in memory order.
    if example.op is Reshape || example.op is Dropout { return }
    let expected = try engine.run(example.op, plain)
    for arrange in [backwards, withGaps] {
      let results = try engine.run(example.op, plain.map { try arrange($0) })
      for (result, wanted) in zip(results, expected) {
        #expect(relativeError(try result.doubles(), try wanted.doubles()) <= 1e-12)
      }
    }
  }

  /// The same tensor with its axes in the opposite memory order.
  private func backwards(_ tensor: Tensor) throws -> Tensor {
    let order = Array((0..<tensor.rank).reversed())
    return try tensor.permuted(to: order).contiguous().permuted(to: order)
  }

  /// The same tensor as part of a larger one.
  private func withGaps(_ tensor: Tensor) throws -> Tensor {
    guard tensor.rank > 0, tensor.dtype != .bool else { return tensor }
    let padded = try engine.run(Pad([1, 2], value: 99), tensor)
    return try padded.sliced(dim: -1, start: 1, stop: -2)
  }

  @Test(arguments: OpCase.all)
  func `a dry run has the shapes and layouts of a real one`(_ example: OpCase) throws {
    let real = try engine.run(example.op, example.inputs(engine, .float32))
    let dry = Engine(backend: CPUBackend(threadCount: 1))
    dry.isDry = true
    let inputs = try example.sample.inputs.map { input in
      let spec = TensorSpec(
        layout: input.channelsLast ? Layout(channelsLast: input.shape) : Layout(rowMajor: input.shape),
        dtype: input.dtype ?? .float32)
      return try dry.allocate(spec, purpose: .input, op: "test")
    }
    for (result, shape) in zip(try dry.run(example.op, inputs), real) {
      #expect(result.isDry)
      #expect(result.spec == shape.spec)
    }
  }

  @Test(arguments: OpCase.all)
  func `nothing is left in the ledger`(_ example: OpCase) throws {
    do {
      let result = try engine.run(example.op, example.inputs(engine, .float32))[0]
      if result.requiresGradient { try result.backward(seed: engine.ones(result.shape)) }
    }
    #expect(engine.ledger.liveBytes == 0)
  }
}
