import TesseraNet
import TesseraScript
import TesseraTensor

/// What a training step of SwinUNETR would hold: dry runs of one configuration, one a policy, and what fits.
///
/// The step is the one of the lessons: Dice with cross entropy, AdamW whose moments exist, float32.
public struct MemoryForecast {
  /// What is asked.
  public struct Question: Sendable {
    /// The step.
    public var step = ReferenceStep.Configuration()
    /// Whether layers call fused ops; without, the ledger holds what PyTorch's eager mode holds.
    public var isFused = false
    /// The policy to try, by the name that scripts use; nil for every one.
    public var policy: String?

    /// The network of the lessons at 128³, under every policy.
    public init() {}
  }

  /// One policy's step.
  public struct Answer: Sendable {
    /// What was dropped.
    public let policy: CheckpointPolicy
    /// What the step held.
    public let report: MemoryReport
    /// What PyTorch's allocator would have reserved for it.
    public let reservedBytes: Int
  }

  /// One answer a policy; the planner's last, where there is a limit it can meet.
  public let answers: [Answer]
  /// What the planner chose for the limit.
  public let plan: CheckpointPlan?
  private let isFused: Bool

  /// Runs each policy dry, and plans for the limit.
  ///
  /// - Throws: `ScriptError` with what the network says about a configuration it cannot have.
  public init(_ question: Question, limit: Limit? = nil) throws {
    isFused = question.isFused
    do { plan = try Self.plan(question, limit) } catch let error as TensorError { throw ScriptError(error) }
    let plan = plan.map { [CheckpointPolicy.plan($0)] } ?? []
    do {
      let asked = question.policy.flatMap(CheckpointPolicy.init(named:)).map { [$0] }
      answers = try ((asked ?? CheckpointPolicy.distinct(isFused: question.isFused)) + plan).map { policy in
        let report = try Self.step(question, policy)
        return Answer(
          policy: policy, report: report, reservedBytes: AllocatorReplay(report.timeline).peakReserved)
      }
    } catch let error as TensorError {
      throw ScriptError(error)
    }
  }

  /// What a question's policy may be.
  public static let policyNames = CheckpointPolicy.named.map(\.name)

  private static func step(_ question: Question, _ policy: CheckpointPolicy) throws -> MemoryReport {
    let (step, engine) = try dry(question)
    try step.network.setCheckpoint(policy)
    // The first step makes the moments; the second is any step after it.
    try step.run()
    return try engine.record(policy.name, step.run).run.report
  }

  /// The cheapest plan within the limit; nil where none was asked for or none fits.
  private static func plan(_ question: Question, _ limit: Limit?) throws -> CheckpointPlan? {
    guard let limit, question.policy == nil else { return nil }
    do { return try dry(question).0.plan(budget: limit.card.usableBytes) } catch TensorError.budgetOutOfReach
    {
      return nil
    }
  }

  private static func dry(_ question: Question) throws -> (ReferenceStep, Engine) {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    (engine.isDry, engine.isFused) = (true, question.isFused)
    return (try ReferenceStep(question.step, engine: engine), engine)
  }
}

extension MemoryForecast {
  /// What tensors may take.
  public struct Limit: Sendable {
    let card: Card

    /// The card of that name.
    ///
    /// - Throws: `ScriptError` that names the nearest one.
    public init(cardNamed name: String) throws {
      guard let card = Card.named(name) else {
        let near = nearestName(to: name, among: Card.names).map { "; did you mean \"\($0)\"?" }
        throw ScriptError("there is no card \"\(name)\"" + (near ?? ""))
      }
      self.card = card
    }

    /// A size such as `12GiB`, all of it for tensors.
    public init(budget text: String) throws {
      guard let bytes = ByteCount.parse(text), bytes > 0 else {
        throw ScriptError("\(text) is not a size; write it as 12GiB or 512MiB")
      }
      card = Card(budget: bytes)
    }
  }

  /// A row a policy, each with its verdict where there is a limit.
  public func table(limit: Limit?) -> Table {
    let verdict = limit.map { [$0.card.name] } ?? []
    return Table(
      header: ["policy", "peak", "saved", "end of forward", "recomputed", "reserved", "peak is in"] + verdict,
      rows: answers.map { answer in
        let report = answer.report
        return [
          answer.policy.name, ByteCount.size(report.peakBytes),
          report.forwardEnd.map { ByteCount.size($0.savedBytes) } ?? "",
          report.forwardEnd.map { ByteCount.size($0.liveBytes) } ?? "", "\(report.recomputed.count)",
          ByteCount.size(answer.reservedBytes), report.peak.place,
        ] + (limit.map { [answer.verdict($0.card).text] } ?? [])
      })
  }

  /// What to do in a sentence: the first policy, and so the fastest, that a limit holds.
  public func advice(limit: Limit) -> String {
    let limit = limit.card
    let (usable, name) = (ByteCount.size(limit.usableBytes), limit.name)
    if let fits = answers.first(where: { if case .fits = $0.verdict(limit) { true } else { false } }) {
      return "\(name) (\(usable) for tensors): checkpoint \"\(fits.policy.name)\" fits"
    }
    guard let tight = answers.first(where: { $0.report.peakBytes <= limit.usableBytes }) else {
      let cure = isFused ? "a smaller size" : "a smaller size or fused ops"
      return "\(name) (\(usable) for tensors): no policy fits; \(cure) would need less"
    }
    return "\(name) (\(usable) for tensors): checkpoint \"\(tight.policy.name)\" fits by live bytes; "
      + "fragmentation may decide"
  }

  /// Every report, for other programs.
  public var json: JSONValue {
    .array(
      answers.map { answer in
        .object([
          ("policy", .string(answer.policy.name)), ("reservedBytes", .integer(answer.reservedBytes)),
          ("report", answer.report.json),
        ])
      })
  }
}

extension MemoryForecast.Answer {
  fileprivate func verdict(_ limit: Card) -> Card.Verdict {
    limit.verdict(livePeak: report.peakBytes, reservedPeak: reservedBytes)
  }
}
