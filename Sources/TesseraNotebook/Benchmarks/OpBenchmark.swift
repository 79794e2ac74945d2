import TesseraTensor

/// Times every op of the catalog on the inputs its tests use: what a call costs at least.
public enum OpBenchmark {
  /// A row an op and sample whose name contains `filter`: the fastest call of many, in float32.
  public static func table(filter: String, threads: Int?) throws -> Table {
    let engine = Engine(backend: threads.map { CPUBackend(threadCount: $0) } ?? CPUBackend())
    let samples = opCatalog.filter { filter.isEmpty || $0.name.contains(filter) }.flatMap { $0.samples }
    return Table(
      header: ["op", "inputs", "time", "GFLOP/s"],
      rows: try samples.map { sample in
        let inputs = try sample.inputs.map { try tensor($0, engine) }
        let seconds = try fastest(sample.op, inputs, engine)
        let flops = Double(sample.op.flops(of: inputs.map(\.spec)))
        return [
          type(of: sample.op).name, sample.inputs.map { "\($0.shape)" }.joined(separator: " "),
          "\(ByteCount.fixed(seconds * 1e6, digits: 2)) µs",
          ByteCount.fixed(flops / seconds * 1e-9, digits: 2),
        ]
      })
  }

  private static func tensor(_ input: OpSample.Input, _ engine: Engine) throws -> Tensor {
    let dtype = input.dtype ?? .float32
    let noise = try engine.uniform(input.shape, low: input.range.lowerBound, high: input.range.upperBound)
    let tensor = dtype == .float32 ? noise : try noise.cast(to: dtype)
    return input.channelsLast ? try tensor.channelsLast() : tensor
  }

  /// The whole call, the engine's bookkeeping included.
  private static func fastest(_ op: any Op, _ inputs: [Tensor], _ engine: Engine) throws -> Double {
    var best = UInt64.max
    for _ in 0..<200 {
      let start = Clock.nanoseconds()
      _ = try engine.run(op, inputs)
      best = min(best, Clock.nanoseconds() - start)
    }
    return Double(max(1, best)) * 1e-9
  }
}
