/// How far two engines are apart on an op's samples: results, then gradients of every input.
public struct OpAgreement: Sendable {
  /// The op's name.
  public let op: String
  /// How many samples ran.
  public let samples: Int
  /// The largest difference, relative to the largest magnitude of its tensor.
  public let error: Double
  /// The sample and the value in which that was.
  public let place: String
  /// Ops that the first engine's device left to the CPU meanwhile.
  public let fallbacks: [String]

  /// What is compared: the catalog, and a loss, which the catalog's tests do not take as its target has no gradient.
  public static let ops: [any Op.Type] = opCatalog + [DiceSums.self]

  /// Runs every sample of an op on both.
  ///
  /// - Throws: what the op throws.
  public static func measure(_ op: any Op.Type, on device: Engine, beside host: Engine) throws -> OpAgreement
  {
    let before = device.fallbacks
    var worst = (error: 0.0, place: "")
    for sample in op.samples {
      let (got, wanted) = (try outcome(of: sample, on: device), try outcome(of: sample, on: host))
      for (index, pair) in zip(got, wanted).enumerated() {
        let error = relativeError(pair.0, pair.1)
        if !(error <= worst.error) { worst = (error, "value \(index) of \(sample.inputs)") }
      }
    }
    let helped = device.fallbacks.filter { before[$0.key] != $0.value }.keys.sorted()
    return OpAgreement(
      op: op.name, samples: op.samples.count, error: worst.error, place: worst.place, fallbacks: helped)
  }

  /// The largest difference relative to the largest expected magnitude; equal infinities and NaNs do not differ.
  public static func relativeError(_ values: [Double], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let scale = max(1e-3, expected.filter(\.isFinite).map(abs).max() ?? 1)
    return zip(values, expected).map { value, wanted in
      value == wanted || (value.isNaN && wanted.isNaN) ? 0 : abs(value - wanted) / scale
    }.max { $0 < $1 || $1.isNaN } ?? 0
  }

  /// Inputs of a sample with the same values on any engine.
  public static func inputs(
    of sample: OpSample, on engine: Engine, _ dtype: DType = .float32
  ) throws -> [Tensor] {
    let host = Engine(backend: CPUBackend(threadCount: 1))
    return try sample.inputs.enumerated().map { number, input in
      let drawn = try host.run(input.noise(type: input.dtype ?? dtype, number: number), [])[0].doubles()
      let plain = try engine.tensor(drawn, input.shape, dtype: input.dtype ?? dtype)
      let tensor = input.channelsLast ? try engine.run(Copy(order: .channelsLast), plain) : plain
      if tensor.dtype.isFloatingPoint, !input.isData { try tensor.setRequiresGradient(true) }
      return tensor
    }
  }

  /// Results, then gradients of every input.
  public static func outcome(
    of sample: OpSample, on engine: Engine, _ dtype: DType = .float32
  ) throws -> [[Double]] {
    let inputs = try inputs(of: sample, on: engine, dtype)
    let results = try engine.run(sample.op, inputs)
    var values = try results.map { try $0.doubles() }
    guard results[0].requiresGradient else { return values }
    try differentiate(results.filter(\.requiresGradient), engine)
    for input in inputs where input.requiresGradient {
      values.append(try input.gradient?.doubles() ?? [])
    }
    return values
  }

  /// Backward from all results at once, each with noise as its gradient.
  private static func differentiate(_ results: [Tensor], _ engine: Engine) throws {
    let seeds = try results.enumerated().map { number, result in
      let spec = TensorSpec(result.shape, result.dtype)
      let stream = RandomStream(seed: 3, stream: UInt64(3 + number))
      return try engine.run(RandomUniform(spec, low: -1, high: 1, stream: stream), [])[0]
    }
    guard results.count > 1 else { return try results[0].backward(seed: seeds[0]) }
    let sums = try zip(results, seeds).map { try ($0 * $1).sum() }
    try sums.dropFirst().reduce(sums[0]) { try $0 + $1 }.backward()
  }
}

extension OpSample.Input {
  /// The op that draws values in the input's range.
  fileprivate func noise(type: DType, number: Int) -> any Op {
    let stream = RandomStream(seed: 7, stream: UInt64(number))
    let (low, high) = (range.lowerBound, range.upperBound)
    return type.isFloatingPoint
      ? RandomUniform(TensorSpec(shape, .float64), low: low, high: high, stream: stream)
      : RandomInteger(shape, low: Int(low), high: Int(high) + 1, stream: stream)
  }
}
