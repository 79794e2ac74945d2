extension Tensor {
  /// The script line that made this tensor's memory; a view tells where the memory it looks at was made.
  public var madeAt: SourceMark? { engine.ledger.entries[storage.id]?.origin.mark }

  /// The op that made this tensor's memory.
  public var madeBy: String? {
    engine.ledger.entries[storage.id].map { engine.ledger.label($0.origin.op) }
  }
}
