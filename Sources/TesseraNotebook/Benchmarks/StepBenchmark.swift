import Glibc
import TesseraNet
import TesseraScript
import TesseraTensor

/// Times training steps and says where time and memory go.
public struct StepBenchmark: Sendable {
  /// What is measured.
  public struct Question: Sendable {
    /// The step.
    public var step = ReferenceStep.Configuration()
    /// What is recomputed, by name; a budget goes before it.
    public var policy = "off"
    /// Bytes for the planner; nil for the policy.
    public var budget: Int?
    /// Whether layers call fused ops.
    public var isFused = true
    /// Steps that are timed.
    public var rounds = 3
    /// Threads; nil for all cores.
    public var threads: Int?
    /// Whether the rounds run the captured kernels of a step instead of the step.
    public var isCaptured = false
    /// Whether nothing runs: bytes are counted, and no time.
    public var isDry = false

    /// One step at 128³, fused, without checkpointing.
    public init() {}
  }

  /// What was found.
  public struct Answer: Sendable {
    /// What was asked.
    public let question: Question
    /// What was recomputed: a policy's name, or `plan`.
    public let policy: String
    /// Wall seconds of each round; empty for a dry run.
    public let seconds: [Double]
    /// Processor seconds of each round.
    public let processorSeconds: [Double]
    /// The most that was live.
    public let peakBytes: Int
    /// The most of the process that was in memory; nil for a dry run.
    public let residentBytes: Int?
    /// Where a round's time went; nil for a dry run.
    public let profile: OpProfile?
    /// What the machine can do; nil for a dry run.
    public let roofline: Roofline?

    /// The middle round.
    public var median: Double? { seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2] }
  }

  /// Runs one step to warm up, then the rounds, then one under the profiler.
  ///
  /// - Throws: `ScriptError` for a configuration the network cannot have, and where memory does not suffice.
  public static func run(_ question: Question) throws -> Answer {
    do { return try measured(question) } catch let error as TensorError { throw ScriptError(error) }
  }

  private static func measured(_ question: Question) throws -> Answer {
    let backend = question.threads.map { CPUBackend(threadCount: $0) } ?? CPUBackend()
    let engine = Engine(backend: backend)
    (engine.isDry, engine.isFused) = (question.isDry, question.isFused)
    let step = try ReferenceStep(question.step, engine: engine)
    let policy =
      try question.budget.map { .plan(try step.plan(budget: $0)) }
      ?? CheckpointPolicy(named: question.policy) ?? .names([question.policy])
    try step.network.setCheckpoint(policy)
    try step.run()
    guard !question.isDry else {
      let peak = try engine.record(policy.name, step.run).run.report.peakBytes
      return Answer(
        question: question, policy: policy.name, seconds: [], processorSeconds: [], peakBytes: peak,
        residentBytes: nil, profile: nil, roofline: nil)
    }
    let round = question.isCaptured ? try engine.capture(step.run).program.run : step.run
    ResidentMemory.resetPeak()
    let rounds = try (0..<question.rounds).map { _ in try timed(round) }
    let report = try engine.record(policy.name, round).run.report
    let resident = ResidentMemory.peak
    let roofline = try Roofline(engine)
    return Answer(
      question: question, policy: policy.name, seconds: rounds.map(\.wall),
      processorSeconds: rounds.map(\.processor), peakBytes: report.peakBytes, residentBytes: resident,
      profile: try OpProfile(engine, roofline: roofline, round), roofline: roofline)
  }

  private static func timed(_ body: () throws -> Void) rethrows -> (wall: Double, processor: Double) {
    let start = (Clock.nanoseconds(), processorSeconds())
    try body()
    return (Clock.seconds(since: start.0), processorSeconds() - start.1)
  }

  /// Seconds that all cores together spent on this process.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

extension StepBenchmark.Answer {
  /// `SwinUNETR 4×64³, F 24, fused, off: 2.10 s a step (2.05–2.22), …`.
  public var summary: String {
    let step = question.step
    let name =
      "SwinUNETR \(step.inputs)×\(step.size)\(step.axes == 3 ? "³" : "²"), F \(step.features), "
      + "\(question.isFused ? "fused" : "unfused"), \(policy)"
      + (step.autocast.map { ", \($0.rawValue)" } ?? "") + (question.isCaptured ? ", captured" : "")
    guard let median, let slowest = seconds.max(), let fastest = seconds.min() else {
      return "\(name): peak \(ByteCount.size(peakBytes)), dry"
    }
    let processor = processorSeconds.sorted()[processorSeconds.count / 2]
    let resident = residentBytes.map { ", resident \(ByteCount.size($0))" } ?? ""
    return "\(name): \(ByteCount.seconds(median)) a step (\(ByteCount.seconds(fastest)) to "
      + "\(ByteCount.seconds(slowest))), processor \(ByteCount.seconds(processor)), "
      + "peak \(ByteCount.size(peakBytes))\(resident)"
  }

  /// The figures, for other programs.
  public var json: JSONValue {
    .object([
      ("size", .integer(question.step.size)), ("axes", .integer(question.step.axes)),
      ("features", .integer(question.step.features)), ("fused", .bool(question.isFused)),
      ("dtype", .string((question.step.autocast ?? .float32).rawValue)),
      ("captured", .bool(question.isCaptured)),
      ("policy", .string(policy)), ("seconds", .array(seconds.map(JSONValue.number))),
      ("processorSeconds", .array(processorSeconds.map(JSONValue.number))),
      ("peakBytes", .integer(peakBytes)),
      ("residentBytes", residentBytes.map(JSONValue.integer) ?? .null),
      ("ops", profile?.json ?? .null),
    ])
  }
}

extension StepBenchmark {
  /// How time and peak grow with the number of voxels: the slopes of straight lines through the logarithms.
  ///
  /// Nil where fewer than two sizes were measured.
  public static func growth(_ answers: [Answer]) -> String? {
    let voxels = answers.map { Double($0.question.step.voxels) }
    guard let peak = slope(voxels, answers.map { Double($0.peakBytes) }) else { return nil }
    let timed = answers.filter { $0.median != nil }
    let time = slope(timed.map { Double($0.question.step.voxels) }, timed.compactMap(\.median))
    let times = time.map { ", time as voxels^\(ByteCount.fixed($0, digits: 2))" } ?? ""
    return "peak grows as voxels^\(ByteCount.fixed(peak, digits: 2))\(times)"
  }

  /// The slope of log y against log x by least squares.
  static func slope(_ x: [Double], _ y: [Double]) -> Double? {
    guard Set(x).count > 1, x.count == y.count else { return nil }
    let (u, v) = (x.map { log($0) }, y.map { log($0) })
    let (meanU, meanV) = (u.reduce(0, +) / Double(u.count), v.reduce(0, +) / Double(v.count))
    let products = zip(u, v).map { ($0 - meanU) * ($1 - meanV) }.reduce(0, +)
    return products / u.map { ($0 - meanU) * ($0 - meanU) }.reduce(0, +)
  }
}
