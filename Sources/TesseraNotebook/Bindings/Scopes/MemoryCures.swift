import TesseraNet
import TesseraTensor

/// The network that a script called last, for advice about its memory.
struct LastNetwork {
  weak var object: LayerObject?
  let inputs: [TensorSpec]
}

/// What would have made an allocation fit, with the bytes that each change saves here.
struct MemoryCure {
  /// What to write.
  let change: String
  /// Bytes that a step's peak loses.
  let saving: Int
  /// Whether the step then fits.
  let fits: Bool

  /// `−3.82 GiB  net.checkpoint = "swin" (the step fits)`.
  var sentence: String { "−\(ByteText.text(saving))  \(change)\(fits ? " (the step fits)" : "")" }
}

extension EngineContext {
  /// The facts of an out-of-memory with the cures that apply to the network that ran, best first.
  func withCures(_ facts: OutOfMemory) -> OutOfMemory {
    // An allocation by no layer, with no graph alive, is not the network's.
    guard !facts.layer.isEmpty || engine.ledger.savedBytes > 0 else { return facts }
    var facts = facts
    facts.cures = cures(budget: facts.budget).map(\.sentence)
    return facts
  }

  /// Dry runs of the last network's step with one change each, a fraction of a second together.
  private func cures(budget: Int) -> [MemoryCure] {
    guard let object = lastNetwork?.object, let inputs = lastNetwork?.inputs, !(object.layer is ScriptLayer)
    else { return [] }
    let trial = MemoryTrial(object: object, inputs: inputs, isFused: engine.isFused)
    guard let now = trial.peak() else { return [] }
    // What no change of the network frees: weights, moments, data. Graphs and half-made gradients go with the step.
    let resting = [MemoryCategory.parameter, .optimizer, .buffer, .input, .report].map(
      engine.ledger.bytes(in:)
    )
    .reduce(0, +)
    return trial.alternatives.compactMap { change, peak in
      // Less than a hundredth is no cure.
      guard let peak, now - peak > now / 100 else { return nil }
      return MemoryCure(change: change, saving: now - peak, fits: resting + peak <= budget)
    }.sorted { $0.saving > $1.saving }
  }
}

/// Steps of one network on one input, asked about and never run.
private struct MemoryTrial {
  let object: LayerObject
  let inputs: [TensorSpec]
  let isFused: Bool

  /// One change each, with the peak it would lead to; nil where the network cannot do it.
  var alternatives: [(change: String, peak: Int?)] {
    var list: [(String, Int?)] = []
    if !isFused {
      list.append(("fused ops: no fusion(\"off\")", peak(isFused: true)))
      list.append(("both: fused ops and net.checkpoint = \"swin\"", peak(policy: .swin, isFused: true)))
    }
    for policy in CheckpointPolicy.distinct(isFused: isFused) where policy != .off {
      list.append(("net.checkpoint = \"\(policy.name)\"", peak(policy: policy)))
    }
    if let smaller = smallerInputs {
      let crop = smaller[0].shape.extents.dropFirst(2).map(String.init).joined(separator: " × ")
      list.append(("a crop of \(crop)", peak(inputs: smaller)))
    }
    list.append(("with no_grad, for inference only", peak(withGradients: false)))
    return list
  }

  func peak(
    policy: CheckpointPolicy? = nil, inputs: [TensorSpec]? = nil, isFused: Bool? = nil,
    withGradients: Bool = true
  ) -> Int? {
    let layer = object.layer
    if let policy {
      guard (try? layer.setCheckpoint(policy)) != nil else { return nil }
    }
    defer {
      // The policy was valid when it was set.
      if policy != nil { try? layer.setCheckpoint(CheckpointPolicy(object.checkpointValue)) }
    }
    return try? layer.stepPeak(
      of: inputs ?? self.inputs, isFused: isFused ?? self.isFused, withGradients: withGradients)
  }

  /// The same with every side at the next smaller multiple of 32, which halves five times; nil where there is none.
  private var smallerInputs: [TensorSpec]? {
    let smaller = inputs.map { spec in
      let extents = spec.shape.extents
      let sides = extents.dropFirst(2).map { ($0 - 1) / 32 * 32 }
      return TensorSpec(Shape(Array(extents.prefix(2)) + sides), spec.dtype)
    }
    let isPossible = smaller.allSatisfy { $0.shape.rank > 2 && $0.shape.extents.allSatisfy { $0 > 0 } }
    return isPossible ? smaller : nil
  }
}
