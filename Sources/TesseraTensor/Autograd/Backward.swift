extension Tensor {
  /// Adds the gradient of this scalar to every leaf that it depends on and frees what the graph kept.
  ///
  /// Nodes are visited in the reverse of the order in which they ran, as PyTorch does, so sums are formed in the
  /// same order on every run.
  ///
  /// - Parameters:
  ///   - seed: the gradient of this tensor; 1 when left out, which needs a one-element tensor.
  ///   - update: moves its leaves on the way, each when its gradient is whole, which is then let go: gradients are never
  ///     all alive together. Leaves end where a step after backward would have left them, bit for bit.
  /// - Throws: when nothing needs a gradient, inside a checkpointed segment, or when something saved was changed. Leaves
  ///   that had moved by then stay moved; the others have neither moved nor a gradient that this call began.
  public func backward(seed: Tensor? = nil, update: (any ParameterUpdate)? = nil) throws {
    guard engine.segments.isEmpty else { throw TensorError.insideSegment(op: "backward()") }
    guard shape.count == 1 || seed != nil else { throw TensorError.notScalar(op: "backward", shape: shape) }
    guard let node else {
      guard requiresGradient else {
        throw TensorError.noGradient(
          op: "backward", reason: "nothing that this tensor came from needs a gradient")
      }
      let pending = try engine.withoutGradients { try update.map { try PendingUpdates($0, from: nil) } }
      try accumulate(seed ?? engine.ones(shape, dtype: dtype, purpose: .gradient))
      return try engine.withoutGradients { try pending?.finish() }
    }
    let start = try seed ?? engine.ones(shape, dtype: dtype, purpose: .temporary)
    engine.ledger.mark("backward")
    defer { engine.ledger.mark("backward done") }
    try engine.withoutGradients {
      try engine.withoutAutocast {
        let updates = try update.map { try PendingUpdates($0, from: node) }
        var walk = BackwardWalk(engine: engine, updates: updates)
        do {
          try walk.run(from: node, result: resultIndex, gradient: start)
        } catch {
          walk.dropGradients()
          throw error
        }
      }
    }
  }

  /// Adds to this leaf's gradient, taking the tensor over where it is the first contribution.
  func accumulate(_ contribution: consuming Tensor) throws {
    engine.observeGradient(of: self, contribution)
    if let existing = gradient {
      try engine.addInPlace(contribution, to: existing)
      return
    }
    var own = consume contribution
    // A tensor that somebody else sees too must not be added to later; PyTorch steals and copies by the same rule.
    let gradient = engine.isOnlyHolder(of: &own) ? own.detached() : try own.copied()
    gradient.storage.category = .gradient
    self.gradient = gradient
  }
}

/// The state of one backward pass: gradients that wait for their node, and nodes in the order of their turn.
private struct BackwardWalk {
  let engine: Engine
  private var waiting: [ObjectIdentifier: [Tensor?]] = [:]
  private var queue = NodeQueue()
  /// Leaves that had no gradient before this pass.
  private var fresh: [Tensor] = []
  private var updates: PendingUpdates?

  init(engine: Engine, updates: PendingUpdates?) {
    self.engine = engine
    self.updates = updates
  }

  mutating func run(from node: GradientNode, result: Int, gradient: consuming Tensor) throws {
    try deliver(gradient, to: node, result: result)
    while let node = queue.popLatest() {
      guard let incoming = waiting.removeValue(forKey: ObjectIdentifier(node)) else { continue }
      try visit(node, incoming: consume incoming)
    }
    try updates?.finish()
  }

  private mutating func visit(_ node: GradientNode, incoming: consuming [Tensor?]) throws {
    let arrived = ArrivedGradients(consume incoming)
    try engine.checkCancelled()
    let name = type(of: node.op).name
    guard !node.isFreed else { throw TensorError.graphFreed(op: name) }
    let edges = node.edges
    var gradients = try engine.inLayer(number: node.layer, mark: node.mark) {
      try Self.gradients(of: node, name: name, incoming: arrived, engine: engine)
    }
    node.free()
    for (index, edge) in edges.enumerated() {
      guard let edge, index < gradients.count, let gradient = gradients[index] else { continue }
      gradients[index] = nil
      switch edge {
      case .leaf(let leaf):
        if leaf.gradient == nil { fresh.append(leaf) }
        try leaf.accumulate(consume gradient)
      case .node(let next, let result): try deliver(consume gradient, to: next, result: result)
      }
    }
    try updates?.passed(edges)
  }

  /// Forgets what a failed pass began: half of a gradient is worth nothing.
  func dropGradients() {
    for leaf in fresh { leaf.gradient = nil }
  }

  /// A function of its own so that what was kept and what came in are let go before the results travel on.
  private static func gradients(
    of node: GradientNode, name: String, incoming: ArrivedGradients, engine: Engine
  ) throws -> [Tensor?] {
    let call = BackwardCall(
      engine: engine, inputs: node.inputs, results: node.results, needs: node.edges.map { $0 != nil },
      op: name, incoming: incoming, kept: try KeptValues(of: node, op: name))
    return try node.op.gradient(call)
  }

  private mutating func deliver(_ gradient: consuming Tensor, to node: GradientNode, result: Int) throws {
    let key = ObjectIdentifier(node)
    if waiting[key] == nil {
      waiting[key] = [Tensor?](repeating: nil, count: node.results.count)
      queue.insert(node)
    }
    if let existing = waiting[key]?[result] {
      waiting[key]?[result] = nil
      waiting[key]?[result] = try engine.sum(consume existing, gradient)
    } else {
      waiting[key]?[result] = gradient
    }
  }
}

/// Nodes by descending sequence number: a binary heap.
private struct NodeQueue {
  private var heap: [GradientNode] = []

  mutating func insert(_ node: GradientNode) {
    heap.append(node)
    var child = heap.count - 1
    while child > 0, heap[child].sequence > heap[(child - 1) / 2].sequence {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popLatest() -> GradientNode? {
    guard !heap.isEmpty else { return nil }
    heap.swapAt(0, heap.count - 1)
    let latest = heap.removeLast()
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let larger = children.max(by: { heap[$0].sequence < heap[$1].sequence }),
        heap[larger].sequence > heap[parent].sequence
      else { return latest }
      heap.swapAt(parent, larger)
      parent = larger
    }
  }
}
