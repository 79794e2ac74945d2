import TesseraNet
import TesseraScript
import TesseraTensor

/// A built-in layer as the language sees it.
final class LayerObject: HostObject {
  let layer: Layer
  let context: EngineContext
  /// Where it lies below the layer it was taken from; empty for one that was made by itself.
  let path: String
  /// What was assigned to `checkpoint`.
  var checkpointValue = Value.none
  /// Instances of models that the layer contains: their layers do not keep them alive.
  private let contents: [Value]

  init(_ layer: Layer, _ context: EngineContext, path: String = "", contents: [Value] = []) {
    self.layer = layer
    self.context = context
    self.path = path
    self.contents = contents
  }

  override var typeName: String { layer.typeName }
  override var heldValues: [Value] { contents }

  override func attribute(_ name: String) throws -> Value? {
    if let builtin = context.layerMethods[name] {
      return .native(builtin.method(of: .host(self), in: context))
    }
    switch name {
    case "training": return .bool(layer.isTraining)
    case "checkpoint": return checkpointValue
    default: return member(name)
    }
  }

  override var attributeNames: [String] {
    let members = layer.members.map { String($0.name.prefix { $0 != "." }) }
    return ["training", "checkpoint"] + context.layerMethods.keys.sorted() + members
  }

  override func setAttribute(_ name: String, to value: Value) throws -> Bool {
    guard name == "checkpoint" else { return false }
    try context.explaining({ [] }) { try layer.setCheckpoint(CheckpointPolicy(value)) }
    checkpointValue = value
    return true
  }

  override func call(_ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    guard arguments.named.isEmpty else {
      throw ScriptError("\(typeName) takes tensors by place, not \(arguments.named[0].0)=", code: "E0403")
    }
    let inputs = try arguments.positional.map { value in
      guard let tensor = value.tensor else {
        throw ScriptError("\(typeName) takes tensors, not \(value.typeName)", code: "E0403")
      }
      return tensor
    }
    guard !inputs.isEmpty else { throw ScriptError("\(typeName) takes a tensor", code: "E0403") }
    if context.running.isEmpty { context.lastNetwork = LastNetwork(object: self, inputs: inputs.map(\.spec)) }
    return try context.explaining({ inputs.map { ("the input", $0) } }) {
      try context.running(layer, fallback: path) { context.value(try layer.run(inputs)) }
    }
  }

  override func describe() -> String {
    "\(typeName)(\(ByteText.grouped(layer.parameterCount)) parameters)"
  }

  override func length() throws -> Int? { isList ? layer.children.count : nil }

  /// Whether the children are numbered, as those of `Sequential`.
  private var isList: Bool {
    !layer.children.isEmpty && layer.children.enumerated().allSatisfy { $1.name == "\($0)" }
  }

  override func index(_ items: [IndexItem]) throws -> Value {
    guard items.count == 1, case .int(let number) = items[0] else { return try super.index(items) }
    let children = layer.children
    let place = number < 0 ? number + children.count : number
    guard children.indices.contains(place) else {
      throw ScriptError("\(typeName) has \(children.count) layers, not one at \(number)", code: "E0803")
    }
    return context.value(of: children[place].layer, path: below(children[place].name))
  }

  /// A parameter, buffer or child called `name`; a list of the children `name.0`, `name.1`, ….
  private func member(_ name: String) -> Value? {
    for (own, member) in layer.members where own == name {
      switch member {
      case .parameter(let tensor), .buffer(let tensor): return context.value(tensor)
      case .layer(let child): return context.value(of: child, path: below(name))
      }
    }
    let listed = layer.children.filter { $0.name.hasPrefix(name + ".") }
    guard !listed.isEmpty else { return nil }
    return .list(ListObject(listed.map { context.value(of: $0.layer, path: below($0.name)) }))
  }

  private func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension EngineContext {
  /// A layer for the language: a model's instance where it has one.
  func value(of layer: Layer, path: String = "") -> Value {
    if let script = layer as? ScriptLayer, let instance = script.instance { return .instance(instance) }
    return .host(LayerObject(layer, self, path: path))
  }

  /// Runs `body` as `layer`, under the name that the running model gives it.
  func running<Result>(_ layer: Layer, fallback: String = "", _ body: () throws -> Result) throws -> Result {
    let own = running.last.flatMap { ($0 as? ScriptLayer)?.name(of: layer) }
    let name = own ?? (running.isEmpty ? fallback : "")
    if let own { willRun(own) }
    running.append(layer)
    defer { running.removeLast() }
    return try name.isEmpty ? body() : engine.inLayer(name, body)
  }
}

extension ByteText {
  /// A count with commas between thousands: `15,704,703`.
  static func grouped(_ count: Int) -> String {
    var digits = Array(String(count.magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return (count < 0 ? "-" : "") + String(digits)
  }
}

extension CheckpointPolicy {
  /// A policy's name such as `"swin"`, a list of layer paths, a plan, or None.
  init(_ value: Value) throws {
    switch value {
    case .none, .bool(false): self = .off
    case .bool(true): self = .swin
    case .string(let name): self = CheckpointPolicy(named: name) ?? .names([name])
    case .host(let object as PlanObject): self = .plan(object.plan)
    default:
      let names = value.items?.compactMap { if case .string(let name) = $0 { name } else { nil } }
      guard let names, names.count == value.items?.count else {
        throw ScriptError(
          "checkpoint takes \(Self.nameList), a list of layer paths, a plan or None, not \(value.typeName)",
          help: "for example net.checkpoint = [\"encoder1\", \"swinViT.layers1.*\"]", code: "E0403")
      }
      self = .names(names)
    }
  }
}
