/// What an op's gradient can ask for: the gradient of its result, what it kept, and which inputs need an answer.
public struct BackwardCall {
  /// The engine that runs the gradient's ops.
  public let engine: Engine
  /// Shapes and types of the op's inputs.
  public let inputs: [TensorSpec]
  /// Shapes and types of the op's results.
  public let results: [TensorSpec]
  /// Whether each input needs a gradient.
  public let needs: [Bool]
  let op: String
  let incoming: ArrivedGradients
  let kept: KeptValues

  /// The gradient of result `index`; zeros where only other results were used.
  public func gradient(_ index: Int = 0) throws -> Tensor {
    if let gradient = incoming.tensors[index] { return gradient }
    return try engine.zeros(results[index].shape, dtype: results[index].dtype, purpose: .temporary)
  }

  /// The gradient of result `index`, asked for the last time: its memory goes with the caller's reference, or can be written
  /// over where ``Engine/canOverwrite(_:as:)`` says so.
  func takeGradient(_ index: Int = 0) throws -> Tensor {
    defer { incoming.tensors[index] = nil }
    return try gradient(index)
  }

  /// Input `index`, which the op listed in `keeps`.
  public func input(_ index: Int) throws -> Tensor { try value(.input(index)) }

  /// Result `index`, which the op listed in `keeps`.
  public func result(_ index: Int = 0) throws -> Tensor { try value(.result(index)) }

  /// Input `index`, which the op listed in `keeps` and reads for the last time: its memory goes with the caller's
  /// reference, or can be written over where ``Engine/isOnlyHolder(of:)`` says so.
  public func takeInput(_ index: Int) throws -> Tensor { try value(.input(index), taking: true) }

  /// Runs an op of something kept and of the result's gradient, in the gradient's memory where nobody else holds that.
  func overGradient(_ op: any Op, _ kept: Tensor) throws -> Tensor {
    guard engine.isFused else { return try engine.run(op, kept, gradient()) }
    var gradient = try takeGradient()
    let spec = try op.results(of: [kept.spec, gradient.spec])[0]
    guard engine.canOverwrite(&gradient, as: spec) else { return try engine.run(op, kept, gradient) }
    return try engine.run(op, [kept, gradient], over: [gradient])[0]
  }

  private func value(_ key: Kept, taking: Bool = false) throws -> Tensor {
    guard let tensor = try taking ? kept.take(key) : kept.value(of: key) else {
      throw TensorError.noGradient(
        op: op, reason: "\(key) is read by its gradient and missing from its keeps")
    }
    return tensor
  }
}

/// The gradients of a node's results, while its own runs; nil where no one used a result, or it was taken.
final class ArrivedGradients {
  var tensors: [Tensor?]
  init(_ tensors: consuming [Tensor?]) { self.tensors = tensors }
}

/// What a node kept, while its gradient runs.
///
/// Tensors and segments' values are there from the start; recipes run when they are asked for, each time.
final class KeptValues {
  private let node: GradientNode
  private let op: String
  private var values: [Kept: Tensor] = [:]

  init(of node: GradientNode, op: String) throws {
    self.node = node
    self.op = op
    for (key, value) in node.kept {
      if case .recipe = value { continue }
      values[key] = try value.resolve(op: op)
    }
  }

  func value(of key: Kept) throws -> Tensor? { try values[key] ?? node.kept[key]?.resolve(op: op) }

  /// The value, no longer held by the node: a second backward finds the graph freed.
  func take(_ key: Kept) throws -> Tensor? {
    let value = try value(of: key)
    values[key] = nil
    node.kept[key] = nil
    node.isFreed = true
    return value
  }
}

extension Engine {
  /// Whether nobody but the caller's variable holds this tensor's memory, so that it may be written over.
  func isOnlyHolder(of tensor: inout Tensor) -> Bool {
    isKnownUniquelyReferenced(&tensor) && isKnownUniquelyReferenced(&tensor.storage)
      && tensor.layout.isDense && tensor.storage.byteCount == tensor.spec.byteCount
  }

  /// Whether a convolution's result of this spec may lie over a tensor that it reads.
  func canOverwrite(_ tensor: inout Tensor, as spec: TensorSpec) -> Bool {
    isFused && tensor.spec == spec && isOnlyHolder(of: &tensor)
  }
}
