import TesseraTensor

/// What this machine can do at most: the two limits that every kernel is measured against.
///
/// The roofline model is that of Williams, Waterman and Patterson (2009).
public struct Roofline: Sendable {
  /// Operations a second of a product whose parts stay in the cache.
  public let flops: Double
  /// Bytes a second of a sum that goes through memory.
  public let bandwidth: Double

  /// Measures both with the engine's own kernels on its own threads, in about a second.
  public init(_ engine: Engine) throws {
    flops = try Self.productRate(engine, side: 768)
    let long = try engine.uniform([24 << 20])
    bandwidth = try Self.best(of: 5, engine) {
      try engine.runInPlace(AddScalar(1), [long], into: long)
    }.bytes
  }

  /// Operations a second of a square product: of a larger one where a device is done before it has all its units busy.
  private static func productRate(_ engine: Engine, side: Int) throws -> Double {
    let a = try engine.uniform([side, side])
    let rate = try best(of: 5, engine) { _ = try engine.run(MatMul(), a, a) }.flops
    let isShort = 2 * Double(side * side * side) / rate < shortestProduct
    return isShort && side < largestSide ? max(rate, try productRate(engine, side: 2 * side)) : rate
  }

  /// Seconds below which a product says more about starting than about computing.
  private static let shortestProduct = 0.002
  /// A matrix of this side takes 144 MiB.
  private static let largestSide = 6144

  /// The least seconds that a run could take.
  func seconds(of run: OpRun) -> Double { max(Double(run.flops) / flops, Double(run.bytes) / bandwidth) }

  /// Operations and bytes a second of the fastest run.
  private static func best(
    of rounds: Int, _ engine: Engine, _ body: () throws -> Void
  ) throws -> (flops: Double, bytes: Double) {
    let before = engine.opTimer
    defer { engine.opTimer = before }
    var rates = (flops: 0.0, bytes: 0.0)
    engine.opTimer = { run in
      let seconds = Double(max(1, run.nanoseconds)) * 1e-9
      rates = (max(rates.flops, Double(run.flops) / seconds), max(rates.bytes, Double(run.bytes) / seconds))
    }
    for _ in 0..<rounds { try engine.withoutGradients(body) }
    return rates
  }

  /// `86 GFLOP/s in a product, 13 GB/s through memory`.
  public var text: String {
    "\(ByteCount.fixed(flops * 1e-9, digits: 0)) GFLOP/s in a product, "
      + "\(ByteCount.fixed(bandwidth * 1e-9, digits: 1)) GB/s through memory"
  }
}
