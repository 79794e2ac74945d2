import TesseraNet
import TesseraScript
import TesseraTensor

extension ScriptLayer {
  /// Recomputes each of the network's modules as a whole, around what they recompute inside.
  func recomputeModules() {
    for module in modules { module.layer.recompute = .whole }
  }

  /// The modules as memory reports name them: the children, with the encoder's own in its stead.
  private var modules: [(path: String, layer: Layer)] {
    children.flatMap { name, child -> [(path: String, layer: Layer)] in
      guard MemoryModule.isContainer(name) else { return [(name, child)] }
      return child.children.map { ("\(name).\($0.name)", $0.layer) }
    }
  }
}

extension EngineContext {
  /// Runs the `forward` of a script's Swin block as two checkpointed segments, as MONAI wraps its own: attention
  /// with its norm, then, from the second norm on, the perceptron.
  func inHalves<Result>(of layer: ScriptLayer, _ body: () throws -> Result) throws -> Result {
    guard layer.recompute == .parts else { return try body() }
    let depth = engine.openSegment()
    defer { engine.closeSegments(to: depth) }
    openHalves.append((layer, depth))
    defer { openHalves.removeLast() }
    return try body()
  }

  /// Called when a layer is about to run under `name` in the model that runs now.
  func willRun(_ name: String) {
    guard name == "norm2", let half = openHalves.last, half.layer === running.last else { return }
    engine.closeSegments(to: half.depth)
    _ = engine.openSegment()
  }
}
