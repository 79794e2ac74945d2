/// A tensor that the graph keeps until backward.
public struct SavedTensor: Sendable {
  /// Shape and type as the op sees it.
  public let spec: TensorSpec
  /// Bytes of its storage, which several rows may share; counted in the first of them and 0 in the others.
  public let bytes: Int
  /// The op whose gradient needs it.
  public let op: String
  /// The layer path under which that op ran.
  public let layer: String
  /// The script line that ran it.
  public let mark: SourceMark?
  /// What the storage is for.
  public let category: MemoryCategory
}

extension Tensor {
  /// Everything that backward from this tensor would need, in the order in which the ops ran.
  ///
  /// Values that a checkpointed segment will compute again are not held and not listed.
  public func savedForBackward() -> [SavedTensor] {
    var nodes: [GradientNode] = []
    var seen: Set<ObjectIdentifier> = []
    var pending = [node].compactMap { $0 }
    while let node = pending.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      nodes.append(node)
      for case .node(let next, _)? in node.edges { pending.append(next) }
    }
    var counted: Set<Int> = []
    return nodes.sorted { $0.sequence < $1.sequence }.flatMap { saved(by: $0, &counted) }
  }

  private func saved(by node: GradientNode, _ counted: inout Set<Int>) -> [SavedTensor] {
    node.kept.sorted { $0.key < $1.key }.compactMap { _, value in
      guard case .tensor(let kept) = value else { return nil }
      let storage = kept.storage
      return SavedTensor(
        spec: kept.spec, bytes: counted.insert(storage.id).inserted ? storage.byteCount : 0,
        op: type(of: node.op).name, layer: engine.ledger.label(node.layer), mark: node.mark,
        category: storage.category)
    }
  }
}

extension Kept: Comparable {
  /// Inputs before results, each by place.
  public static func < (a: Kept, b: Kept) -> Bool {
    switch (a, b) {
    case (.input(let first), .input(let second)), (.result(let first), .result(let second)): first < second
    case (.input, .result): true
    case (.result, .input): false
    }
  }
}
