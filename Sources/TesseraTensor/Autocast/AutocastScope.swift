/// One `autocast` scope: its type, and the parameters that it has cast.
///
/// As in PyTorch a parameter is cast once a scope and the copy lives until the scope ends, or as long as the graph that
/// keeps it.
final class AutocastScope {
  private struct Copy {
    weak var source: Tensor?
    let version: Int
    let values: Tensor
  }

  let dtype: DType
  private var copies: [ObjectIdentifier: Copy] = [:]

  init(_ dtype: DType) { self.dtype = dtype }

  /// The tensor in the scope's type; a parameter's copy is made once, unless it was written to since.
  func lowered(_ tensor: Tensor) throws -> Tensor {
    let engine = tensor.engine
    guard tensor.isLeaf, tensor.requiresGradient, engine.isGradientEnabled else {
      return try tensor.cast(to: dtype)
    }
    if let copy = copies[ObjectIdentifier(tensor)], copy.source === tensor,
      copy.version == tensor.storage.version, copy.values.isDry == (engine.isDry || tensor.isDry)
    {
      return copy.values
    }
    let values = try tensor.cast(to: dtype)
    copies[ObjectIdentifier(tensor)] = Copy(
      source: tensor, version: tensor.storage.version, values: values)
    return values
  }
}
