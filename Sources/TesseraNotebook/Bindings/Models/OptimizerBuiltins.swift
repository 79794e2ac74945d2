import TesseraNet
import TesseraScript
import TesseraTensor

/// Optimizers, schedules and gradient clipping, under PyTorch's and MONAI's names.
enum OptimizerBuiltins {
  static var all: [Builtin] {
    [
      sgd, adam("Adam", decay: "0.0", isDecoupled: false), adam("AdamW", decay: "0.01", isDecoupled: true),
      clip,
      warmupCosine, cosine,
    ]
  }
  /// Methods of an optimizer.
  static var methods: [Builtin] { [step, zeroGrad, state, load] }

  private static let sgd = Builtin(
    "SGD(params, lr=0.001, momentum=0.0, weight_decay=0.0)",
    "Stochastic gradient descent. params is a model, a list of tensors, or pairs from named_parameters().",
    example: """
      w = tensor([1.0], requires_grad=True)
      opt = SGD([w], lr=0.1)
      (w * w).sum().backward()
      opt.step()
      print(w)
      """, output: "tensor([0.8000], shape (1,), float32, requires_grad)"
  ) { call in
    .host(
      OptimizerObject(
        SGD(
          try call.parameters(), learningRate: try call.float("lr"), momentum: try call.float("momentum"),
          weightDecay: try call.float("weight_decay")), "SGD", call.context))
  }

  private static func adam(_ name: String, decay: String, isDecoupled: Bool) -> Builtin {
    Builtin(
      "\(name)(params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=\(decay))",
      isDecoupled ? "Adam with decoupled weight decay." : "Adam.",
      details: "Two moments a parameter are made at its first step; the ledger counts them as optimizer.",
      example: """
        net = Linear(2, 1)
        opt = \(name)(net, lr=0.01)
        net(ones(1, 2)).sum().backward()
        opt.step()
        print(len(opt.state()))
        """, output: "6"
    ) { call in
      let betas = try call.numbers("betas")
      guard betas.count == 2 else { throw call.mismatch("betas", "two numbers") }
      return .host(
        OptimizerObject(
          AdamW(
            try call.parameters(), learningRate: try call.float("lr"), betas: (betas[0], betas[1]),
            epsilon: try call.float("eps"), weightDecay: try call.float("weight_decay"),
            isDecoupled: isDecoupled),
          name, call.context))
    }
  }

  private static let clip = Builtin(
    "clip_grad_norm(params, max_norm)",
    "Scales all gradients so that their common length is at most max_norm; returns the length before.",
    example: """
      w = tensor([3.0, 4.0], requires_grad=True)
      (w * w).sum().backward()
      print(clip_grad_norm([w], 5.0), round(w.grad.norm().item(), 3))
      """, output: "10.0 5.0"
  ) { call in
    let tensors = try call.parameters().map(\.tensor)
    return .float(try Tensor.clipGradients(of: tensors, to: call.float("max_norm")))
  }

  private static let warmupCosine = Builtin(
    "warmup_cosine(step, warmup_steps, t_total, base_lr=1.0, end_lr=0.0, cycles=0.5, warmup_multiplier=0.0)",
    "The learning rate at a step: a linear warm-up, then a cosine down to end_lr, as MONAI's schedule.",
    example: "[round(warmup_cosine(s, 2, 4), 3) for s in range(5)]", output: "[0.0, 0.5, 1.0, 0.5, 0.0]"
  ) { call in
    let schedule = WarmupCosine(
      base: try call.float("base_lr"), warmup: try call.int("warmup_steps"), total: try call.int("t_total"),
      endRate: try call.float("end_lr"), cycles: try call.float("cycles"),
      multiplier: try call.float("warmup_multiplier"))
    return .float(schedule.rate(at: try call.int("step")))
  }

  private static let cosine = Builtin(
    "cosine(step, t_max, base_lr=1.0, eta_min=0.0)",
    "The learning rate at a step: half a cosine from base_lr to eta_min.",
    example: "[round(cosine(s, 2), 3) for s in range(3)]", output: "[1.0, 0.5, 0.0]"
  ) { call in
    let (base, least) = try (call.float("base_lr"), call.float("eta_min"))
    let schedule = WarmupCosine(base: base - least, warmup: 0, total: try call.int("t_max"))
    return .float(least + schedule.rate(at: try call.int("step")))
  }

  // MARK: Methods

  private static let step = Builtin(
    "step(self)", "Moves every parameter that has a gradient.",
    example: """
      w = tensor([1.0], requires_grad=True)
      w.sum().backward()
      SGD([w], lr=0.5).step()
      print(w.item())
      """, output: "0.5"
  ) { call in
    try call.optimizer().step()
    return .none
  }

  private static let zeroGrad = Builtin(
    "zero_grad(self)", "Forgets all gradients; their memory is freed.",
    example: """
      w = tensor([1.0], requires_grad=True)
      w.sum().backward()
      SGD([w], lr=0.5).zero_grad()
      print(w.grad)
      """, output: "None"
  ) { call in
    try call.optimizer().zeroGradients()
    return .none
  }

  private static let state = Builtin(
    "state(self)", "A map of the tensors that a resumed run needs; step counts are under name.step.",
    example: "SGD([zeros(1, requires_grad=True)], lr=0.1).state()", output: "{}"
  ) { call in
    let optimizer = try call.optimizer()
    let counts = (optimizer as? AdamW)?.stepCounts ?? []
    return .map(
      MapObject(
        named: optimizer.state.map { ($0.name, call.value($0.tensor)) }
          + (try counts.map { ("\($0.name).step", try call.stepTensor($0.count)) })))
  }

  private static let load = Builtin(
    "load(self, state)", "Takes over what state() gave.",
    example: """
      w = tensor([1.0], requires_grad=True)
      a = AdamW([w])
      w.sum().backward()
      a.step()
      b = AdamW([w])
      b.load(a.state())
      print(len(b.state()))
      """, output: "3"
  ) { call in
    try call.optimizer().load(call.context.weights(call["state"]))
    return .none
  }
}

/// An optimizer as the language sees it.
final class OptimizerObject: HostObject {
  let optimizer: any Optimizer
  private let name: String
  private let context: EngineContext

  init(_ optimizer: any Optimizer, _ name: String, _ context: EngineContext) {
    self.optimizer = optimizer
    self.name = name
    self.context = context
  }

  override var typeName: String { name }
  override var attributeNames: [String] { ["lr"] + OptimizerBuiltins.methods.map(\.name) }

  override func attribute(_ name: String) throws -> Value? {
    if name == "lr" { return .float(optimizer.learningRate) }
    return OptimizerBuiltins.methods.first { $0.name == name }.map {
      .native($0.method(of: .host(self), in: context))
    }
  }

  override func setAttribute(_ name: String, to value: Value) throws -> Bool {
    guard name == "lr" else { return false }
    guard let rate = value.number, rate.isFinite, rate >= 0 else {
      throw ScriptError("lr must be a number of at least 0, not \(value.typeName)", code: "E0403")
    }
    optimizer.learningRate = rate
    return true
  }

  override func describe() -> String {
    "\(name)(lr=\(optimizer.learningRate), \(optimizer.parameters.count) parameters)"
  }
}

extension Optimizer {
  /// Takes over tensors and step counts by name.
  fileprivate func load(_ state: [(name: String, tensor: Tensor)]) throws {
    let tensors = Dictionary(state.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    if let adam = self as? AdamW {
      let counts = try tensors.filter { $0.key.hasSuffix(".step") }.map {
        (String($0.key.dropLast(".step".count)), try $0.value.integers().first ?? 0)
      }
      // Copies: the state's own tensors stay what they were.
      return try adam.load(
        tensors.filter { !$0.key.hasSuffix(".step") }.mapValues { try $0.copied() },
        stepCounts: Dictionary(uniqueKeysWithValues: counts))
    }
    guard state.isEmpty else {
      throw TensorError.unsupported(op: "SGD.load", what: "momentum from a state")
    }
  }
}

extension Call {
  /// An optimizer, by default the one that the method was called on.
  func optimizer(_ name: String = "self") throws -> any Optimizer {
    guard case .host(let object) = self[name], let optimizer = (object as? OptimizerObject)?.optimizer else {
      throw mismatch(name, "an optimizer")
    }
    return optimizer
  }

  fileprivate func stepTensor(_ count: Int) throws -> Value {
    value(try engine.tensor(copying: [Int64(count)], [1], dtype: .int64, purpose: .optimizer))
  }

  /// A model's parameters, or those of a list: tensors, or pairs of name and tensor.
  fileprivate func parameters() throws -> [(name: String, tensor: Tensor)] {
    if context.layer(self["params"]) != nil { return try layer("params").namedParameters }
    return try elements("params").enumerated().map { place, item in
      if let tensor = item.tensor { return ("\(place)", tensor) }
      if let pair = item.items, pair.count == 2, case .string(let name) = pair[0], let tensor = pair[1].tensor
      {
        return (name, tensor)
      }
      throw mismatch("params", "a model, or a list of tensors")
    }
  }
}
