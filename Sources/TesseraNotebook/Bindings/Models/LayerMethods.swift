import TesseraNet
import TesseraScript
import TesseraTensor

/// What every layer and every model's instance can do.
enum LayerMethods {
  static var all: [Builtin] {
    [
      parameters, namedParameters, zeroGrad, train, eval, to, summary, state, load, save, layers, forward,
    ]
  }

  private static let parameters = Builtin(
    "parameters(self)", "The tensors that training changes, in order.",
    example: "len(Linear(2, 3).parameters())", output: "2"
  ) { call in
    .list(ListObject(try call.layer().namedParameters.map { call.value($0.tensor) }))
  }

  private static let namedParameters = Builtin(
    "named_parameters(self)", "Pairs of path and tensor for everything that training changes.",
    example: "[name for name, tensor in Linear(2, 3).named_parameters()]", output: "['weight', 'bias']"
  ) { call in
    .list(
      ListObject(
        try call.layer().namedParameters.map { .tuple([.string($0.name), call.value($0.tensor)]) }))
  }

  private static let zeroGrad = Builtin(
    "zero_grad(self)", "Forgets all gradients; their memory is freed.",
    example: """
      net = Linear(2, 1)
      net(ones(1, 2)).sum().backward()
      net.zero_grad()
      print(net.weight.grad)
      """, output: "None"
  ) { call in
    try call.layer().zeroGradients()
    return .none
  }

  private static let train = Builtin(
    "train(self, mode=True)", "Turns training mode on (dropout drops) or off, here and in every layer below.",
    example: "Dropout(0.5).train(False).training", output: "False"
  ) { call in
    try call.layer().train(call.bool("mode"))
    return call["self"]
  }

  private static let eval = Builtin(
    "eval(self)", "Turns training mode off, here and in every layer below.",
    example: "Dropout(0.5).eval()(ones(2))", output: "tensor([1., 1.], shape (2,), float32)"
  ) { call in
    try call.layer().train(false)
    return call["self"]
  }

  private static let to = Builtin(
    "to(self, target=None, device=None)",
    "The layer itself: a layer stays on its device and keeps its element type.",
    example: "Linear(1, 1).to(\"cpu\").weight.device", output: "'cpu'"
  ) { call in
    for name in ["target", "device"] where !call.isNone(name) {
      if DType(call[name]) != nil {
        throw ScriptError(
          "a layer keeps the element type it was made with", help: "convert the input with x.to(…) instead",
          code: "E0804")
      }
      let device = try call.string(name)
      guard try call.context.engine(on: device) === call.layer().engine else {
        throw ScriptError(
          "a layer stays on the device it was made on", help: "make it inside `with device(\"\(device)\")`",
          code: "E0812")
      }
    }
    return call["self"]
  }

  private static let layers = Builtin(
    "named_layers(self)",
    "Pairs of path and type name for every layer below: the paths that checkpoint takes.",
    example: "Sequential(Linear(2, 2), GELU()).named_layers()",
    output: "[('0', 'Linear'), ('1', 'GELU')]"
  ) { call in
    .list(
      ListObject(
        try call.layer().namedLayers.dropFirst().map {
          .tuple([.string($0.path), .string($0.layer.typeName)])
        }))
  }

  private static let forward = Builtin(
    "forward(self, *inputs)", "What calling the layer does.",
    example: "Identity().forward(ones(1))", output: "tensor([1.], shape (1,), float32)"
  ) { call in try call.interpreter.call(call["self"], Arguments(call.elements("inputs"))) }

  private static let state = Builtin(
    "state(self)", "A map from path to tensor of all parameters and buffers; the tensors share their memory.",
    example: "Linear(2, 3).state().keys()", output: "['weight', 'bias']"
  ) { call in
    .map(MapObject(named: try call.layer().namedState.map { ($0.name, call.value($0.tensor.detached())) }))
  }

  private static let load = Builtin(
    "load(self, source, strict=True)", "Copies weights by path from a map or a .safetensors file.",
    details: "`module.` prefixes and the older names mlp.fc1 and mlp.fc2 are understood. "
      + "With strict=False, names that are missing or unknown are left out; the result lists both.",
    example: """
      a, b = Linear(2, 3), Linear(2, 3)
      b.load(a.state())
      print(allclose(a.weight, b.weight))
      """, output: "True"
  ) { call in
    let weights = try call.context.weights(call["source"])
    let outcome = try call.layer().load(weights, strict: call.bool("strict"))
    guard try !call.bool("strict") else { return .none }
    return .map(
      MapObject(named: [
        ("missing", .list(ListObject(outcome.missing.map { .string($0) }))),
        ("unexpected", .list(ListObject(outcome.unexpected.map { .string($0) }))),
      ]))
  }

  private static let save = Builtin(
    "save(self, path)",
    "Writes all parameters and buffers to a .safetensors file; a good file is never half replaced."
  ) { call in
    let path = try call.context.writePath(call.string("path"))
    try TensorFiles.write(call.layer().namedState.map { ($0.name, $0.tensor) }, to: path)
    return .none
  }

  private static let summary = Builtin(
    "summary(self, *inputs)",
    "A table of layers: output shape, parameters and what backward keeps, without computing.",
    example: "print(Linear(2, 3).summary(zeros(4, 2)))",
    output: """
      layer     type    output  parameters  saved
      (itself)  Linear  (4, 3)           9   32 B
      total                              9   32 B
      """
  ) { call in .host(try LayerSummary.make(call)) }
}

extension Call {
  /// The layer that the method was called on, its members up to date.
  func layer(_ name: String = "self") throws -> Layer {
    guard let layer = context.layer(self[name]) else { throw mismatch(name, "a layer or a model") }
    (layer as? ScriptLayer)?.refresh()
    return layer
  }
}
