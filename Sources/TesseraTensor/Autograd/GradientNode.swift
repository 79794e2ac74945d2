/// A value that the graph keeps for backward: a tensor in memory or outside it, a place in a checkpointed segment that can
/// be refilled, or how to make it again.
enum KeptValue {
  case tensor(KeptTensor)
  case offloaded(OffloadedTensor)
  case slot(SegmentSlot)
  case recipe(Recipe, Engine)

  func resolve(op: String) throws -> Tensor {
    switch self {
    case .tensor(let kept): try kept.checked(op: op)
    case .offloaded(let tensor): try tensor.restored()
    case .slot(let slot): try slot.resolve(op: op)
    case .recipe(let recipe, let engine): try recipe.make(engine)
    }
  }
}

/// Holds a tensor's storage for backward and tells the ledger so; notices when it was written to meanwhile.
final class KeptTensor {
  private let tensor: Tensor
  private let version: Int
  private let savedAt: SourceMark?

  init(_ tensor: Tensor) {
    // Detached, so that a node which keeps its own result does not keep itself.
    self.tensor = tensor.node == nil ? tensor : tensor.detached()
    version = tensor.storage.version
    savedAt = tensor.engine.mark
    tensor.storage.keep(at: tensor.engine.layerPath)
  }

  deinit { tensor.storage.release() }

  var spec: TensorSpec { tensor.spec }
  var storage: Storage { tensor.storage }

  func checked(op: String) throws -> Tensor {
    guard tensor.storage.version == version else {
      throw TensorError.savedTensorChanged(op: op, savedAt: savedAt, shape: tensor.shape)
    }
    return tensor
  }
}

/// The record of one op in the graph: what it kept, and where its gradients go.
final class GradientNode {
  enum Edge {
    case node(GradientNode, result: Int)
    case leaf(Tensor)
  }

  let op: any Op
  let inputs: [TensorSpec]
  let results: [TensorSpec]
  /// Grows with every op, so descending order visits each node after everything that used its results.
  let sequence: Int
  let layer: Int
  let mark: SourceMark?
  var edges: [Edge?]
  var kept: [Kept: KeptValue] = [:]
  var isFreed = false
  /// Whether the result is a loss times a factor, and gradients are no step's until they are divided by it.
  var scalesLoss = false

  init(
    op: any Op, inputs: [TensorSpec], results: [TensorSpec], edges: [Edge?], sequence: Int, layer: Int,
    mark: SourceMark?
  ) {
    self.op = op
    self.inputs = inputs
    self.results = results
    self.edges = edges
    self.sequence = sequence
    self.layer = layer
    self.mark = mark
  }

  /// Unlinks iteratively: a long chain of nodes would otherwise free itself recursively and exhaust the stack.
  deinit {
    dropKept()
    var pending = edges
    edges = []
    while let edge = pending.popLast() {
      guard case .node(var node, _)? = edge else { continue }
      if isKnownUniquelyReferenced(&node) {
        pending += node.edges
        node.edges = []
      }
    }
  }

  /// Drops what backward needed; a second backward then says so.
  func free() {
    dropKept()
    edges = []
    isFreed = true
  }

  /// In the order of inputs and results, so that a ledger sees the same deaths in the same order on every run.
  private func dropKept() {
    for key in kept.keys.sorted() { kept[key] = nil }
  }
}
