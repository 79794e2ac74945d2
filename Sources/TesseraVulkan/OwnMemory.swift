import TesseraTensor

/// The backend's memory beside tensors, as entries of a ledger.
final class OwnMemory {
  private var ledger: MemoryLedger?
  private var staging: Int?
  private var pipelines: Int?

  deinit { leave() }

  /// Moves the entries to another ledger.
  func enter(_ ledger: MemoryLedger, staging bytes: Int, pipelines pipelineBytes: Int) {
    leave()
    self.ledger = ledger
    staging = ledger.recordBirth(
      bytes: bytes, category: .staging, origin: MemoryOrigin(op: ledger.intern("staging")))
    update(pipelines: pipelineBytes)
  }

  /// Replaces the pipelines' entry.
  func update(pipelines bytes: Int) {
    guard let ledger else { return }
    if let pipelines { ledger.recordDeath(pipelines) }
    pipelines = ledger.recordBirth(
      bytes: bytes, category: .pipeline, origin: MemoryOrigin(op: ledger.intern("pipelines")))
  }

  private func leave() {
    for id in [staging, pipelines] { if let id { ledger?.recordDeath(id) } }
    (ledger, staging, pipelines) = (nil, nil, nil)
  }
}
