/// What moves leaves while backward runs, each as soon as its gradient is whole.
///
/// The optimizer's side of the bargain; when a leaf's turn comes is decided here.
public protocol ParameterUpdate: AnyObject {
  /// The leaves that it moves.
  var leaves: [Tensor] { get }
  /// Makes what the moves of these leaves need and keep: all of it or nothing, before the first one moves.
  func prepare(_ leaves: [Tensor]) throws
  /// Moves a leaf along its gradient, which is let go afterwards.
  func move(_ leaf: Tensor) throws
}

/// Leaves whose gradients are on their way, while backward runs with a ``ParameterUpdate``.
///
/// A leaf moves when every op that used it has added to its gradient and nobody reads its old values any more: a segment
/// that was not computed again yet, or another graph, may still want them. What waits at the end of backward moves then, as
/// it would in an optimizer's step.
struct PendingUpdates {
  private let update: any ParameterUpdate
  /// How many contributions each leaf still waits for.
  private var missing: [ObjectIdentifier: Int] = [:]
  /// Leaves whose gradient is whole.
  private var whole: [Tensor] = []

  /// - Parameter node: where backward starts; nil where it starts at a leaf.
  /// - Throws: for a scaled loss, whose gradients are no step's, and what preparing the leaves throws.
  init(_ update: any ParameterUpdate, from node: GradientNode?) throws {
    self.update = update
    for leaf in update.leaves { missing[ObjectIdentifier(leaf)] = 0 }
    try node?.forEachBehind { node in
      guard !node.scalesLoss else { throw TensorError.scaledLoss }
      for case .leaf(let leaf)? in node.edges { missing[ObjectIdentifier(leaf)]? += 1 }
    }
    try update.prepare(update.leaves.filter { count($0) > 0 || $0.gradient != nil })
  }

  private func count(_ leaf: Tensor) -> Int { missing[ObjectIdentifier(leaf)] ?? 0 }

  /// Notes that a node gave its edges what they get, and moves the leaves that can.
  mutating func passed(_ edges: [GradientNode.Edge?]) throws {
    for case .leaf(let leaf)? in edges {
      let key = ObjectIdentifier(leaf)
      missing[key]? -= 1
      if missing[key] == 0, leaf.gradient != nil { whole.append(leaf) }
    }
    guard whole.contains(where: { !$0.storage.isSaved }) else { return }
    let ready = whole.filter { !$0.storage.isSaved }
    whole.removeAll { !$0.storage.isSaved }
    for leaf in ready { try move(leaf) }
  }

  /// Moves every leaf that still has a gradient.
  func finish() throws {
    for leaf in update.leaves where leaf.gradient != nil { try move(leaf) }
  }

  private func move(_ leaf: Tensor) throws {
    try update.move(leaf)
    leaf.spendGradient()
  }
}

extension GradientNode {
  /// Calls `body` with this node and every one behind it, once each.
  fileprivate func forEachBehind(_ body: (GradientNode) throws -> Void) rethrows {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var pending = [self]
    while let node = pending.popLast() {
      try body(node)
      for case .node(let next, _)? in node.edges where seen.insert(ObjectIdentifier(next)).inserted {
        pending.append(next)
      }
    }
  }
}
