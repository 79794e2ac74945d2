/// What a program was doing at a moment of a recording.
public enum MemoryPhase: Hashable, Sendable {
  case forward, backward, step
  /// Backward runs a checkpointed segment again; the name is the layer path that opened it.
  case recompute(String)

  /// Phases as bars and totals know them, all recomputed segments as one.
  public enum Kind: String, Sendable, CaseIterable { case forward, recompute, backward, step }

  /// The phase without the segment's name.
  public var kind: Kind {
    switch self {
    case .forward: .forward
    case .backward: .backward
    case .step: .step
    case .recompute: .recompute
    }
  }

  /// `backward`, `recompute of layers1.0`.
  public var name: String {
    guard case .recompute(let segment) = self, !segment.isEmpty else { return kind.rawValue }
    return "recompute of \(segment)"
  }
}

/// Follows the ledger's marks, which say where backward, a recomputation and a step begin and end.
///
/// What runs after backward is the step, until the graph keeps something again: scripts that update parameters by
/// hand set no mark, and nothing of an update is kept. After a step's end the next tensor that is made belongs to
/// forward; what is freed until then, such as the gradients, still belongs to the step.
struct PhaseTracker {
  private var base = MemoryPhase.forward
  private var stepHasEnded = false
  private var recomputing: [String] = []

  /// The phase in force.
  var phase: MemoryPhase { recomputing.last.map(MemoryPhase.recompute) ?? base }

  mutating func observe(_ event: MemoryEvent) {
    switch event.kind {
    case .mark(let mark): observe(mark: mark)
    case .change where event.entry.isSaved && base == .step: base = .forward
    case .birth where stepHasEnded: (base, stepHasEnded) = (.forward, false)
    default: break
    }
  }

  private mutating func observe(mark: String) {
    if let segment = Self.recomputedSegment(mark) {
      recomputing.append(segment)
    } else if mark.hasPrefix("recomputed ") {
      _ = recomputing.popLast()
    } else if let next = Self.phases[mark] {
      base = next
      stepHasEnded = mark == "step done"
      // An error inside a replay never reaches the mark that ends it.
      recomputing = []
    }
  }

  private static let phases: [String: MemoryPhase] = [
    "backward": .backward, "backward done": .step, "step": .step, "step done": .step,
  ]

  /// The segment that a mark starts to recompute.
  static func recomputedSegment(_ mark: String) -> String? {
    mark.hasPrefix("recompute ") ? String(mark.dropFirst("recompute ".count)) : nil
  }
}
