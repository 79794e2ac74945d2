import TesseraTensor

/// What ops cost: the least a plain processor would need, times what was measured beyond that.
///
/// The nominal time counts operations and bytes; a measured run of the network gives each op its factor, by the shape of
/// its weights where it has some, so that a small input prices a large one.
public struct OpPrices: Sendable {
  fileprivate struct Sum {
    var seconds = 0.0
    var nominal = 0.0
    var factor: Double { seconds / nominal }
  }
  /// An op with its second input, which in a layer is the weight: the same at every size of the first.
  private struct Kind: Hashable {
    let op: String
    let weight: Shape?

    init(_ run: OpRun) { (op, weight) = (run.name, run.inputs.dropFirst().first?.shape) }
  }

  private let kinds: [Kind: Double]
  private let ops: [String: Double]
  /// Whether anything was measured; if not, prices are nominal.
  public var isMeasured: Bool { !ops.isEmpty }

  /// Nominal prices.
  public static let nominal = OpPrices([])

  /// Prices from kernels that ran.
  public init(_ runs: [OpRun]) {
    var byKind: [Kind: Sum] = [:]
    var byOp: [String: Sum] = [:]
    for run in runs {
      let seconds = Double(run.nanoseconds) * 1e-9
      byKind[Kind(run), default: Sum()].add(seconds, run.nominalSeconds)
      byOp[run.name, default: Sum()].add(seconds, run.nominalSeconds)
    }
    kinds = byKind.mapValues(\.factor)
    ops = byOp.mapValues(\.factor)
  }

  /// The seconds of one run.
  func seconds(of run: OpRun) -> Double {
    run.nominalSeconds * (kinds[Kind(run)] ?? ops[run.name] ?? 1)
  }
}

extension OpPrices.Sum {
  fileprivate mutating func add(_ more: Double, _ work: Double) {
    seconds += more
    nominal += work
  }
}

extension OpRun {
  /// At 50 GFLOP/s and 10 GB/s, with a microsecond for the call: two cores of a server.
  fileprivate var nominalSeconds: Double { 1e-6 + Double(flops) / 50e9 + Double(bytes) / 10e9 }
}

extension OpPrices {
  /// Measures the network's forward pass, without a graph, on noise of the input's shape: on a corner of 64 a side where
  /// the input is an image or a volume and the network takes it, so that a large plan is made in little time and memory.
  ///
  /// Nominal where nothing can run: on shapes without bytes, or beyond the budget.
  public static func measured(_ network: Layer, input: Tensor) -> OpPrices {
    let engine = network.engine
    guard !engine.isDry, !input.isDry, input.dtype.isFloatingPoint else { return .nominal }
    let extents = input.shape.extents
    let corner = Shape(extents.enumerated().map { $0 > 1 && extents.count > 3 ? min($1, 64) : $1 })
    for shape in [corner, input.shape] {
      if let runs = try? forward(network, shape, input.dtype) { return OpPrices(runs) }
    }
    return .nominal
  }

  /// The kernels of a second pass; the first one warms memory up.
  private static func forward(_ network: Layer, _ shape: Shape, _ dtype: DType) throws -> [OpRun] {
    let engine = network.engine
    let before = (engine.random, engine.opTimer)
    defer { (engine.random, engine.opTimer) = before }
    let x = try engine.uniform(shape, dtype: dtype)
    return try engine.withoutGradients {
      _ = try network.run([x])
      var runs: [OpRun] = []
      engine.opTimer = { runs.append($0) }
      _ = try network.run([x])
      return runs
    }
  }
}
