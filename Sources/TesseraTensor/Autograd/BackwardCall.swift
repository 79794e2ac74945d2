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
  let incoming: [Tensor?]
  let kept: [Kept: Tensor]

  /// The gradient of result `index`; zeros where only other results were used.
  public func gradient(_ index: Int = 0) throws -> Tensor {
    if let gradient = incoming[index] { return gradient }
    return try engine.zeros(results[index].shape, dtype: results[index].dtype, purpose: .temporary)
  }

  /// Input `index`, which the op listed in `keeps`.
  public func input(_ index: Int) throws -> Tensor { try value(.input(index)) }

  /// Result `index`, which the op listed in `keeps`.
  public func result(_ index: Int = 0) throws -> Tensor { try value(.result(index)) }

  private func value(_ key: Kept) throws -> Tensor {
    guard let tensor = kept[key] else {
      throw TensorError.noGradient(
        op: op, reason: "\(key) is read by its gradient and missing from its keeps")
    }
    return tensor
  }
}
