import TesseraTensor

/// A layer that is one function without parameters, such as `GELU()`.
public final class FunctionLayer: Layer {
  private let name: String
  private let function: (Tensor) throws -> Tensor

  /// Makes a layer from a function.
  public init(_ name: String, engine: Engine, _ function: @escaping (Tensor) throws -> Tensor) {
    self.name = name
    self.function = function
    super.init(engine: engine)
  }

  /// Applies the function.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor { try function(inputs[0]) }

  /// The function's name.
  public override var typeName: String { name }
}

/// Layers one after another, named `0`, `1`, ….
public final class Sequential: Layer {
  private let layers: [Layer]

  /// Makes a chain.
  public init(_ layers: [Layer], engine: Engine) {
    self.layers = layers
    super.init(engine: engine)
    for (index, layer) in layers.enumerated() { register("\(index)", layer: layer) }
  }

  /// Runs the chain.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    var x = inputs[0]
    for (index, layer) in layers.enumerated() { x = try layer(x, as: "\(index)") }
    return x
  }
}
