import TesseraScript
import TesseraTensor

extension TensorObject {
  /// Attributes that are read without a call.
  static let attributes: [String: @Sendable (TensorObject) throws -> Value] =
    [
      "shape": { .tuple($0.tensor.shape.extents.map { .int($0) }) },
      "dtype": { .string($0.tensor.dtype.rawValue) },
      "device": { .string($0.tensor.isDry ? "dry" : $0.tensor.engine.backend.name) },
      "ndim": { .int($0.tensor.rank) },
      "nbytes": { .int($0.tensor.shape.count * $0.tensor.dtype.byteCount) },
      "requires_grad": { .bool($0.tensor.requiresGradient) },
      "is_leaf": { .bool($0.tensor.isLeaf) },
      "grad": { object in object.tensor.gradient.map(object.value) ?? .none },
      "data": { $0.value($0.tensor.detached()) },
      "T": { try $0.value($0.tensor.axesReversed()) },
      "mT": { try $0.value($0.tensor.transposed(-2, -1)) },
    ]

  /// Sets `requires_grad` or `grad`; false for other names.
  func setFact(_ name: String, to value: Value) throws -> Bool {
    switch name {
    case "requires_grad":
      guard case .bool(let flag) = value else {
        throw ScriptError("requires_grad must be True or False, not \(value.typeName)", code: "E0403")
      }
      try explaining { try tensor.setRequiresGradient(flag) }
    case "grad": try setGradient(value)
    default: return false
    }
    return true
  }

  private func setGradient(_ value: Value) throws {
    guard !value.isNone else {
      tensor.gradient = nil
      return
    }
    guard let gradient = value.tensor else {
      throw ScriptError("grad must be a tensor or None, not \(value.typeName)", code: "E0403")
    }
    guard gradient.shape == tensor.shape, gradient.dtype == tensor.dtype else {
      throw ScriptError(
        "grad of a \(tensor.dtype.rawValue) tensor of shape \(tensor.shape) cannot be \(gradient.dtype.rawValue) of shape \(gradient.shape)",
        code: "E0801")
    }
    tensor.gradient = gradient.detached()
  }
}
