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
    /// Where the step runs, as `--device` names it; nil for the CPU.
    public var device: String?
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
    /// What of the process was in memory after each round; empty for a dry run.
    public let residentByRound: [Int]
    /// The machine's limit where the step would not stay within it, and so was only counted.
    public let exceeded: Int?
    /// Where a round's time went; nil for a dry run.
    public let profile: OpProfile?
    /// What the machine can do; nil for a dry run.
    public let roofline: Roofline?

    /// Ops that the CPU ran for the device, in all steps.
    public var fallbacks: [String: Int] = [:]
    /// What the device's driver counted for this process after the rounds; nil where none says.
    public var deviceBytes: Int?

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
    if question.isDry { return try counted(question, exceeded: nil) }
    if let limit = try limitBelow(question) { return try counted(question, exceeded: limit) }
    let (engine, step, policy) = try prepared(question, isDry: false)
    try step.run()
    let round = question.isCaptured ? try engine.capture(step.run).program.run : step.run
    ResidentMemory.resetPeak()
    var residents: [Int] = []
    let rounds = try (0..<question.rounds).map { _ in
      defer { residents += ResidentMemory.current.map { [$0] } ?? [] }
      return try timed {
        try round()
        try engine.backend.synchronize()
      }
    }
    let report = try engine.record(policy.name, round).run.report
    let resident = ResidentMemory.peak
    let roofline = try Roofline(engine)
    var answer = Answer(
      question: question, policy: policy.name, seconds: rounds.map(\.wall),
      processorSeconds: rounds.map(\.processor), peakBytes: report.peakBytes, residentBytes: resident,
      residentByRound: residents, exceeded: nil,
      profile: try OpProfile(engine, roofline: roofline, round), roofline: roofline)
    (answer.fallbacks, answer.deviceBytes) = (engine.fallbacks, report.deviceBytes)
    return answer
  }

  private static func backend(_ question: Question) throws -> any Backend {
    if let device = question.device, device != "cpu" { return try EngineContext.backend(named: device) }
    return question.threads.map { CPUBackend(threadCount: $0) } ?? CPUBackend()
  }

  /// The step on shapes without bytes.
  private static func counted(_ question: Question, exceeded: Int?) throws -> Answer {
    let (engine, step, policy) = try prepared(question, isDry: true)
    try step.run()
    let peak = try engine.record(policy.name, step.run).run.report.peakBytes
    return Answer(
      question: question, policy: policy.name, seconds: [], processorSeconds: [], peakBytes: peak,
      residentBytes: nil, residentByRound: [], exceeded: exceeded, profile: nil, roofline: nil)
  }

  /// What this machine can give, where a step would hold more: the system would end the process half-way.
  private static func limitBelow(_ question: Question) throws -> Int? {
    // A device that is full says so by itself.
    guard question.device == nil, let limit = DefaultBudget.current?.bytes else { return nil }
    return try counted(question, exceeded: nil).peakBytes > limit ? limit : nil
  }

  private static func prepared(_ question: Question, isDry: Bool) throws -> (
    engine: Engine, step: ReferenceStep, policy: CheckpointPolicy
  ) {
    let engine = Engine(backend: try backend(question))
    (engine.isDry, engine.isFused) = (isDry, question.isFused)
    let step = try ReferenceStep(question.step, engine: engine)
    let policy =
      try question.budget.map { .plan(try step.plan(budget: $0)) }
      ?? CheckpointPolicy(named: question.policy) ?? .names([question.policy])
    try step.network.setCheckpoint(policy)
    return (engine, step, policy)
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
    let place = question.device.map { "\($0): " } ?? ""
    let name =
      place + "SwinUNETR \(step.inputs)×\(step.size)\(step.axes == 3 ? "³" : "²"), F \(step.features), "
      + "\(question.isFused ? "fused" : "unfused"), \(policy)"
      + (step.autocast.map { ", \($0.rawValue)" } ?? "") + (question.isCaptured ? ", captured" : "")
    guard let median, let slowest = seconds.max(), let fastest = seconds.min() else {
      let reason = exceeded.map { ": more than the \(ByteCount.size($0)) there are" } ?? ""
      return "\(name): peak \(ByteCount.size(peakBytes)), dry\(reason)"
    }
    let processor = processorSeconds.sorted()[processorSeconds.count / 2]
    let resident = residentBytes.map { ", resident \(ByteCount.size($0))" } ?? ""
    return "\(name): \(ByteCount.seconds(median)) a step (\(ByteCount.seconds(fastest)) to "
      + "\(ByteCount.seconds(slowest))), processor \(ByteCount.seconds(processor)), "
      + "peak \(ByteCount.size(peakBytes))\(resident)\(elsewhere)"
  }

  /// Ops that the CPU ran for a device.
  private var elsewhere: String {
    let ops = fallbacks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)×" }
    return ops.isEmpty ? "" : "; on the CPU: " + ops.joined(separator: ", ")
  }

  /// `resident after round 10: 312 MiB, after round 200: 312 MiB`; nil where ten rounds or fewer ran.
  ///
  /// Memory settles in the first steps; what it gains after those is a leak.
  public var residence: String? {
    guard residentByRound.count > 10, let last = residentByRound.last else { return nil }
    let early = residentByRound[Self.settledRound]
    return "resident after round \(Self.settledRound + 1): \(ByteCount.size(early)), "
      + "after round \(residentByRound.count): \(ByteCount.size(last))"
  }

  /// The round whose memory later ones are held against.
  static let settledRound = 9

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
      ("residentByRound", .array(residentByRound.map(JSONValue.integer))),
      ("device", .string(question.device ?? "cpu")),
      ("deviceBytes", deviceBytes.map(JSONValue.integer) ?? .null),
      ("fallbacks", .object(fallbacks.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
      ("ops", profile?.json ?? .null),
    ])
  }
}
