import TesseraTensor

/// Which parts of a network drop their values and compute them again during backward.
public enum CheckpointPolicy: Equatable, Sendable {
  /// Nothing is dropped.
  case off
  /// Exactly what MONAI's `use_checkpoint` wraps: the two halves of every Swin block.
  case swin
  /// The Swin halves, in which shifted blocks make their mask again; MONAI keeps one a stage. Fused ops have no mask.
  case masks
  /// The same, with the windows of a block in eight chunks, each a segment of its own: only one chunk's scores are alive.
  /// Parameters' gradients are summed chunk by chunk and agree to rounding; dropout in attention draws a number a chunk.
  /// Fused ops store no scores.
  case chunks
  /// The Swin halves, and every top-level block around them.
  case all
  /// The Swin halves, and the encoder's cheap first convolution at full size: the lowest peak. At 4×128³ and F 24 the
  /// step computes 4.3 % more.
  case lean
  /// Layers by path; `*` stands for any text.
  case names([String])
  /// What a planner chose for one network.
  case plan(CheckpointPlan)
}

extension CheckpointPolicy {
  /// The policies that have a name, the cheapest in time first.
  public static let named: [(name: String, policy: CheckpointPolicy)] = [
    ("off", .off), ("swin", .swin), ("masks", .masks), ("lean", .lean), ("chunks", .chunks), ("all", .all),
  ]

  /// Their names in quotes, for sentences.
  public static var nameList: String { named.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  /// The policy of that name.
  public init?(named name: String) {
    guard let row = Self.named.first(where: { $0.name == name }) else { return nil }
    self = row.policy
  }

  /// What a script writes: a name of ``named``, or layer paths.
  public var name: String {
    if case .names(let paths) = self { return paths.joined(separator: ",") }
    if case .plan = self { return "plan" }
    return Self.named.first { $0.policy == self }?.name ?? "\(self)"
  }

  /// The policies that differ from each other where layers run fused ops, or do not: the others are `swin` then.
  public static func distinct(isFused: Bool) -> [CheckpointPolicy] {
    named.map(\.policy).filter { isFused ? $0 != .masks && $0 != .chunks : $0 != .lean }
  }
}

extension Layer {
  /// Applies a policy to this network.
  ///
  /// - Throws: when a name matches no layer, or the network has no Swin blocks to apply `swin` to.
  public func setCheckpoint(_ policy: CheckpointPolicy) throws {
    for (_, layer) in namedLayers { layer.recompute = .never }
    switch policy {
    case .off: return
    case .names(let patterns): try recompute(matching: patterns)
    case .plan(let plan): try recompute(as: plan)
    case .swin, .masks, .chunks, .all, .lean:
      guard try apply(policy) else {
        throw TensorError.badParameter(
          op: "checkpoint", name: "policy", value: "\"\(policy.name)\"",
          rule: "\(typeName) has no Swin blocks; name layers instead\(layerNames)")
      }
    }
  }

  /// `: "conv1", "conv2", …`; nothing for a layer without layers.
  private var layerNames: String {
    let names = children.map { "\"\($0.name)\"" }
    if names.isEmpty { return "; it has none" }
    return ": " + names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }

  /// Offers the policy to every layer, and tells whether one knew it.
  private func apply(_ policy: CheckpointPolicy) throws -> Bool {
    var known = false
    for (_, layer) in namedLayers where try layer.setCheckpointPolicy(policy) { known = true }
    return known
  }

  private func recompute(as plan: CheckpointPlan) throws {
    let layers = Dictionary(namedLayers.map { ($0.path, $0.layer) }) { first, _ in first }
    for choice in plan.choices {
      guard let layer = layers[choice.path] else {
        throw TensorError.badParameter(
          op: "checkpoint", name: "plan", value: choice.path, rule: "the plan was made for another network")
      }
      layer.recompute = choice.recompute
    }
  }

  private func recompute(matching patterns: [String]) throws {
    let layers = namedLayers.filter { !$0.path.isEmpty }
    for pattern in patterns {
      let matches = layers.filter { Self.matches(pattern, $0.path) }
      guard !matches.isEmpty else {
        throw TensorError.badParameter(
          op: "checkpoint", name: "names", value: "\"\(pattern)\"",
          rule:
            "no layer has that path; there are \(layers.prefix(8).map(\.path).joined(separator: ", ")), …; "
            + "policies are \(CheckpointPolicy.nameList)")
      }
      for match in matches { match.layer.recompute = .whole }
    }
  }

  /// Whether `path` matches a pattern in which `*` stands for any text.
  static func matches(_ pattern: String, _ path: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == path }
    guard path.hasPrefix(first), path.dropFirst(first.count).hasSuffix(last) else { return false }
    var rest = path.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
