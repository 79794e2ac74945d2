import TesseraScript
import TesseraTensor

extension TensorObject {
  /// `self[items]`.
  func part(_ items: [IndexItem]) throws -> Value {
    let indices = try tensorIndices(items)
    return try context.explaining({ named(indices) }) { value(try tensor.indexed(indices)) }
  }

  /// `self[items] = newValue`.
  func write(_ newValue: Value, at items: [IndexItem]) throws {
    let indices = try tensorIndices(items)
    let source = try newValue.tensor ?? TensorLiteral(newValue).tensor(tensor.dtype, in: tensor.engine)
    try context.explaining({ named(indices) + [("the value", source)] }) {
      try refuseGradient(of: source)
      try tensor.engine.withoutGradients { try tensor.assign(source, at: indices) }
    }
  }

  /// No gradient passes through a write in place, so one that would have to is refused rather than lost.
  private func refuseGradient(of source: Tensor) throws {
    guard tensor.engine.isGradientEnabled, tensor.requiresGradient || source.requiresGradient else { return }
    throw TensorError.noGradient(
      op: "x[…] = value",
      reason: "no gradient passes through a write in place; build the tensor with cat, stack or where, "
        + "or write under `with no_grad`")
  }

  private func tensorIndices(_ items: [IndexItem]) throws -> [TensorIndex] {
    try items.map { item in
      switch item {
      case .int(let index): return .position(index)
      case .slice(let start, let stop, let step): return .range(start: start, stop: stop, step: step ?? 1)
      case .ellipsis: return .ellipsis
      case .newAxis: return .newAxis
      case .value(let value): return try tensorIndex(value)
      }
    }
  }

  private func tensorIndex(_ value: Value) throws -> TensorIndex {
    switch value {
    case .int(let index): return .position(index)
    case .none: return .newAxis
    case .host(let object as TensorObject):
      let index = object.tensor
      // A single integer in a tensor picks one place, as a plain one does.
      if index.rank == 0, index.dtype == .int64 || index.dtype == .int32, !index.isDry {
        return .position(try index.integers()[0])
      }
      return .tensor(index)
    case .list, .tuple, .range:
      return .tensor(try TensorLiteral(value).tensor(nil, in: tensor.engine))
    default:
      throw ScriptError(
        "a tensor cannot be indexed with \(value.typeName)",
        help: "use integers, slices, None, ..., or tensors and lists of integers or bools", code: "E0405")
    }
  }

  private func named(_ indices: [TensorIndex]) -> [(name: String, tensor: Tensor)] {
    [("the tensor", tensor)]
      + indices.compactMap { if case .tensor(let index) = $0 { ("the index", index) } else { nil } }
  }
}
