import TesseraNet
import TesseraScript
import TesseraTensor

/// A model's instance as a layer: its members are the layer's members, so that paths, modes, checkpoint policies and
/// weights work through models and built-in layers alike.
final class ScriptLayer: Layer {
  /// Weak: the instance holds its layer.
  private(set) weak var instance: InstanceObject?
  /// What was assigned to `checkpoint`.
  var checkpointValue = Value.none
  private unowned let context: EngineContext
  private var names: [ObjectIdentifier: String] = [:]
  private var isRefreshing = false
  /// Whether a layer of the engine called this one and has opened its checkpoint segment already.
  private(set) var isCalledByLayer = false

  init(_ instance: InstanceObject, _ context: EngineContext) {
    self.instance = instance
    self.context = context
    super.init(engine: context.engine)
  }

  override var typeName: String { instance?.type.name ?? "model" }

  /// A block is known by MONAI's names for its members; every policy but `off` recomputes its halves.
  override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    guard isSwinBlock else { return false }
    if policy != .off { recompute = .parts }
    return true
  }

  /// A Swin block's halves, or any block as one.
  override var recomputeChoices: [Recompute] { isSwinBlock ? [.parts, .whole] : super.recomputeChoices }

  private var isSwinBlock: Bool {
    Set(members.map(\.name)).isSuperset(of: ["norm1", "attn", "norm2", "mlp"])
  }

  /// Calls the script's `forward`; used where a built-in layer contains this one.
  override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard let instance, let interpreter = context.interpreter else {
      throw TensorError.layer(path: engine.layerPath, rule: "its model is gone", advice: "")
    }
    isCalledByLayer = true
    defer { isCalledByLayer = false }
    let result = try interpreter.call(.instance(instance), Arguments(inputs.map(context.value)))
    guard let tensor = result.tensor else {
      throw TensorError.layer(
        path: engine.layerPath, rule: "forward returned \(result.typeName), not a tensor",
        advice: "end forward with `return` and a tensor")
    }
    return tensor
  }

  /// The name under which `layer` is a member here.
  func name(of layer: Layer) -> String? {
    if let name = names[ObjectIdentifier(layer)] { return name }
    refresh()
    return names[ObjectIdentifier(layer)]
  }

  /// Reads the instance's members again: lists may have grown since.
  ///
  /// A child that knows its parent does not contain it: layers form a tree.
  func refresh() {
    guard let instance, !isRefreshing else { return }
    isRefreshing = true
    defer { isRefreshing = false }
    var members: [(name: String, member: Member)] = []
    for (name, kind, value) in instance.members {
      switch kind {
      case .param: if let tensor = value.tensor { members.append((name, .parameter(tensor))) }
      case .buffer: if let tensor = value.tensor { members.append((name, .buffer(tensor))) }
      case .layer: members += layers(value, name).map { ($0.name, .layer($0.layer)) }
      case .plain: if let layer = context.layer(value) { members.append((name, .layer(layer))) }
      }
    }
    members.removeAll {
      if case .layer(let layer as ScriptLayer) = $0.member { layer.isRefreshing } else { false }
    }
    names = [:]
    for case (let name, .layer(let layer)) in members {
      names[ObjectIdentifier(layer)] = name
      (layer as? ScriptLayer)?.refresh()
    }
    replaceMembers(members)
  }

  /// The layers in a member's value, lists and maps of layers under `name.0`, `name.key`.
  private func layers(_ value: Value, _ name: String, depth: Int = 0) -> [(name: String, layer: Layer)] {
    guard depth < ModelBindings.deepestLayerLists else { return [] }
    if let layer = context.layer(value) { return [(name, layer)] }
    if case .map(let map) = value {
      return map.entries.flatMap { entry -> [(name: String, layer: Layer)] in
        guard case .string(let key) = entry.key else { return [] }
        return layers(entry.value, "\(name).\(key)", depth: depth + 1)
      }
    }
    return (value.items ?? []).enumerated().flatMap { layers($1, "\(name).\($0)", depth: depth + 1) }
  }
}

extension EngineContext {
  /// The layer that a value is: a built-in one, or a model's instance.
  func layer(_ value: Value) -> Layer? {
    switch value {
    case .host(let object): (object as? LayerObject)?.layer
    case .instance(let instance): layer(of: instance)
    default: nil
    }
  }

  /// An instance's layer, made on first use.
  func layer(of instance: InstanceObject) -> ScriptLayer {
    if let layer = instance.hostData as? ScriptLayer { return layer }
    let layer = ScriptLayer(instance, self)
    instance.hostData = layer
    return layer
  }
}
