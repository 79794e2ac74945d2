import TesseraNet
import TesseraScript
import TesseraTensor

/// Makes instances of `model` layers: built-in methods, the path under which their ops run, parameters that train.
final class ModelBindings: ModelHost {
  private let context: EngineContext

  init(_ context: EngineContext) { self.context = context }

  func attribute(_ name: String, of instance: InstanceObject) throws -> Value? {
    if let builtin = context.layerMethods[name] {
      return .native(builtin.method(of: .instance(instance), in: context))
    }
    switch name {
    case "training": return .bool(context.layer(of: instance).isTraining)
    case "checkpoint": return context.layer(of: instance).checkpointValue
    default: return nil
    }
  }

  func attributeNames(of instance: InstanceObject) -> [String] {
    ["training", "checkpoint"] + context.layerMethods.keys.sorted()
  }

  func setAttribute(_ name: String, of instance: InstanceObject, to value: Value) throws -> Bool {
    guard name == "checkpoint" else { return false }
    let layer = context.layer(of: instance)
    layer.refresh()
    try context.explaining({ [] }) {
      let policy = try CheckpointPolicy(value)
      try layer.setCheckpoint(policy)
      if policy == .all { layer.recomputeModules() }
    }
    layer.checkpointValue = value
    return true
  }

  func callForward(
    _ instance: InstanceObject, _ arguments: Arguments, _ interpreter: Interpreter,
    forward: (Arguments) throws -> Value
  ) throws -> Value {
    let layer = context.layer(of: instance)
    return try context.explaining({ [] }) {
      try context.running(layer) {
        guard layer.recompute == .whole, !layer.isCalledByLayer else {
          return try context.inHalves(of: layer) { try forward(arguments) }
        }
        return try context.engine.checkpoint { try context.inHalves(of: layer) { try forward(arguments) } }
      }
    }
  }

  func didAssign(member kind: MemberKind, name: String, value: Value, to instance: InstanceObject) throws {
    switch kind {
    case .param: try makeParameter(name, value, instance)
    case .buffer: try makeBuffer(name, value, instance)
    case .layer: try checkLayers(name, value)
    case .plain: break
    }
    // The layer mirrors the members: what was replaced must not live on in the mirror.
    (instance.hostData as? ScriptLayer)?.refresh()
  }

  private func makeParameter(_ name: String, _ value: Value, _ instance: InstanceObject) throws {
    if value.isNone { return }
    let tensor = try tensor(value, "param \(name)")
    let leaf = tensor.isLeaf ? tensor : tensor.detached()
    try context.explaining({ [(name, tensor)] }) { try leaf.setRequiresGradient(true) }
    leaf.storage.category = .parameter
    if leaf !== tensor { instance.setMember(name, to: context.value(leaf), kind: .param) }
  }

  private func makeBuffer(_ name: String, _ value: Value, _ instance: InstanceObject) throws {
    if value.isNone { return }
    let tensor = try tensor(value, "buffer \(name)")
    tensor.storage.category = .buffer
    if tensor.requiresGradient {
      instance.setMember(name, to: context.value(tensor.detached()), kind: .buffer)
    }
  }

  private func tensor(_ value: Value, _ what: String) throws -> Tensor {
    guard let tensor = value.tensor else {
      throw ScriptError("\(what) must be a tensor, not \(value.typeName)", code: "E0403")
    }
    return tensor
  }

  /// Lists of layers stand inside each other at most this deep; one that contains itself would have no end.
  static let deepestLayerLists = 16

  private func checkLayers(_ name: String, _ value: Value, depth: Int = 0) throws {
    guard depth < Self.deepestLayerLists else { return }
    switch value {
    // A function has nothing to register and can be called like a layer.
    case .none, .function, .native: return
    case .map(let map): for entry in map.entries { try checkLayers(name, entry.value, depth: depth + 1) }
    default:
      if context.layer(value) != nil { return }
      guard let items = value.items else {
        throw ScriptError(
          "layer \(name) must be a layer, a model's instance or a list of them, not \(value.typeName)",
          help: "use `param` for a tensor that trains and `buffer` for one that does not", code: "E0403")
      }
      for item in items { try checkLayers(name, item, depth: depth + 1) }
    }
  }
}
