import TesseraScript
import TesseraTensor

extension TensorObject {
  override func index(_ items: [IndexItem]) throws -> Value {
    let indices = try tensorIndices(items)
    return try context.explaining({ named(indices) }) { value(try tensor.indexed(indices)) }
  }

  override func setIndex(_ items: [IndexItem], to newValue: Value) throws {
    let indices = try tensorIndices(items)
    let operand = try TensorOperand(newValue) ?? .tensor(
      TensorLiteral(newValue).tensor(tensor.dtype, in: context.engine))
    try context.explaining({ named(indices) }) { try tensor.assign(indices, operand) }
  }

  private func tensorIndices(_ items: [IndexItem]) throws -> [TensorIndex] {
    try items.map { item in
      switch item {
      case .int(let index): return .at(index)
      case .slice(let start, let stop, let step): return .slice(start: start, stop: stop, step: step)
      case .ellipsis: return .ellipsis
      case .newAxis: return .newAxis
      case .value(let value): return try tensorIndex(value)
      }
    }
  }

  private func tensorIndex(_ value: Value) throws -> TensorIndex {
    switch value {
    case .int(let index): return .at(index)
    case .none: return .newAxis
    case .host(let object as TensorObject):
      let index = object.tensor
      // A single integer in a tensor picks one place, as a plain one does.
      if index.rank == 0, index.dtype == .int64 || index.dtype == .int32, !index.isDry {
        return .at(try index.integers()[0])
      }
      return .tensor(index)
    case .list, .tuple, .range:
      return .tensor(try TensorLiteral(value).tensor(nil, in: context.engine))
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
