import TesseraTensor

/// A part of a network: named parameters and buffers, named child layers, and what it does to tensors.
///
/// Subclasses register members in `init` and override ``forward(_:)``. Names joined by dots are the paths under
/// which weights are saved and memory is reported, the same as PyTorch's `named_parameters()`.
open class Layer {
  /// A member, in the order of registration.
  public enum Member {
    case parameter(Tensor)
    case buffer(Tensor)
    case layer(Layer)
  }

  /// How the layer's values are kept for backward.
  public enum Recompute: Sendable {
    /// Everything backward needs is kept.
    case never
    /// The parts that this kind of layer names, such as the halves of a Swin block.
    case parts
    /// The whole of `forward` is one checkpointed segment.
    case whole
  }

  /// Members by name, in order.
  public private(set) var members: [(name: String, member: Member)] = []
  /// Whether dropouts drop; batch statistics and drop path follow it too.
  public private(set) var isTraining = true
  /// Whether `forward` runs as a checkpointed segment.
  open var recompute: Recompute = .never
  /// The engine that owns this layer's parameters.
  public let engine: Engine

  /// Makes a layer without members.
  public init(engine: Engine) { self.engine = engine }

  /// What the layer computes; called through ``callAsFunction(_:)``.
  open func forward(_ inputs: [Tensor]) throws -> Tensor {
    throw TensorError.unsupported(op: "\(type(of: self))", what: "forward")
  }

  /// The name errors and summaries use.
  open var typeName: String { "\(type(of: self))" }

  /// The ways of recomputing this layer that a planner may choose from; empty where it should look at the children.
  ///
  /// A layer whose leaves are one or two levels down is taken as a block unless it says otherwise.
  open var recomputeChoices: [Recompute] { (1...2).contains(height) ? [.whole] : [] }

  /// Switches checkpointing by a policy this kind of layer knows; returns whether it knew it.
  open func setCheckpointPolicy(_ policy: CheckpointPolicy) throws -> Bool { false }

  /// Registers a parameter and makes it collect a gradient.
  @discardableResult
  public func register(_ name: String, parameter: Tensor) throws -> Tensor {
    parameter.storage.category = .parameter
    try parameter.setRequiresGradient(true)
    members.append((name, .parameter(parameter)))
    return parameter
  }

  /// Registers a tensor that is saved with the weights and not trained.
  @discardableResult
  public func register(_ name: String, buffer: Tensor) -> Tensor {
    buffer.storage.category = .buffer
    members.append((name, .buffer(buffer)))
    return buffer
  }

  /// Registers a child.
  @discardableResult
  public func register<Child: Layer>(_ name: String, layer: Child) -> Child {
    members.append((name, .layer(layer)))
    return layer
  }

  /// Replaces all members: for a layer whose members are declared elsewhere, such as in a script.
  public func replaceMembers(_ members: [(name: String, member: Member)]) { self.members = members }

  /// Runs the layer under the name its parent gave it, so that memory and errors carry its path.
  public func callAsFunction(_ inputs: Tensor..., as name: String) throws -> Tensor {
    try engine.inLayer(name) { try run(inputs) }
  }

  /// Runs the layer at the current path.
  public func run(_ inputs: [Tensor]) throws -> Tensor {
    switch recompute {
    case .never, .parts: try forward(inputs)
    case .whole: try engine.checkpoint { try forward(inputs) }
    }
  }

  /// Turns training mode on or off, here and in every child.
  public func train(_ isOn: Bool = true) {
    isTraining = isOn
    for child in children { child.layer.train(isOn) }
  }
}

// MARK: - Members by path

extension Layer {
  /// Child layers by name.
  public var children: [(name: String, layer: Layer)] {
    members.compactMap { if case .layer(let layer) = $0.member { ($0.name, layer) } else { nil } }
  }

  /// Levels of layers below this one.
  private var height: Int { children.map { $0.layer.height + 1 }.max() ?? 0 }

  /// All parameters under their paths, in registration order.
  public var namedParameters: [(name: String, tensor: Tensor)] {
    collect { if case .parameter(let tensor) = $0 { tensor } else { nil } }
  }

  /// Parameters and buffers under their paths: what `state()` saves.
  public var namedState: [(name: String, tensor: Tensor)] {
    collect { member in
      switch member {
      case .parameter(let tensor), .buffer(let tensor): tensor
      case .layer: nil
      }
    }
  }

  /// The number of trained values.
  public var parameterCount: Int { namedParameters.map(\.tensor.shape.count).reduce(0, +) }

  /// Every layer below this one under its path, this one first under the empty path.
  public var namedLayers: [(path: String, layer: Layer)] {
    [("", self)]
      + children.flatMap { child in
        child.layer.namedLayers.map { ($0.path.isEmpty ? child.name : "\(child.name).\($0.path)", $0.layer) }
      }
  }

  /// Forgets all gradients.
  public func zeroGradients() {
    for (_, tensor) in namedParameters { tensor.gradient = nil }
  }

  private func collect(_ pick: (Member) -> Tensor?) -> [(name: String, tensor: Tensor)] {
    members.flatMap { name, member -> [(name: String, tensor: Tensor)] in
      if case .layer(let layer) = member {
        return layer.collect(pick).map { ("\(name).\($0.name)", $0.tensor) }
      }
      return pick(member).map { [(name, $0)] } ?? []
    }
  }
}
