import TesseraNet
import TesseraScript
import TesseraTensor

/// Loss scaling for float16, under PyTorch's names.
enum GradScalerBuiltins {
  static var all: [Builtin] { [make] }
  /// Methods of a scaler.
  static var methods: [Builtin] { [scale, unscale, step, update, getScale] }

  private static let make = Builtin(
    "GradScaler(init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True)",
    "Scales a loss so that float16 gradients do not vanish, and skips steps whose gradients overflowed.",
    details:
      "scaler.scale(loss).backward(), then scaler.step(optimizer) and scaler.update(). bfloat16 has float32's range "
      + "and needs none.",
    example: """
      w = tensor([1.0], requires_grad=True)
      opt, scaler = SGD([w], lr=0.5), GradScaler()
      scaler.scale(w.sum()).backward()
      scaler.step(opt)
      scaler.update()
      print(w.item(), scaler.get_scale())
      """, output: "0.5 65536.0"
  ) { call in
    .host(
      GradScalerObject(
        GradScaler(
          initialScale: try call.float("init_scale"), growthFactor: try call.float("growth_factor"),
          backoffFactor: try call.float("backoff_factor"), growthInterval: try call.int("growth_interval"),
          isEnabled: try call.bool("enabled")), call.context))
  }

  private static let scale = Builtin(
    "scale(self, loss)", "The loss times the scale, to call backward() on.",
    example: "GradScaler(init_scale=8.0).scale(ones(1)).item()", output: "8.0"
  ) { call in call.value(try call.scaler().scaled(call.tensor("loss"))) }

  private static let unscale = Builtin(
    "unscale_(self, optimizer)",
    "Divides the gradients of the optimizer's parameters by the scale, once a step: before clipping them, say.",
    example: """
      w = tensor([1.0], requires_grad=True)
      opt, scaler = SGD([w]), GradScaler()
      scaler.scale(w.sum()).backward()
      scaler.unscale_(opt)
      print(w.grad.item())
      """, output: "1.0"
  ) { call in
    try call.scaler().unscale(call.optimizer("optimizer"))
    return .none
  }

  private static let step = Builtin(
    "step(self, optimizer)", "Steps the optimizer with unscaled gradients, unless one of them overflowed.",
    example: """
      w = tensor([1.0], requires_grad=True)
      opt, scaler = SGD([w], lr=0.5), GradScaler()
      (scaler.scale(w.sum()) * float("inf")).backward()
      scaler.step(opt)
      print(w.item())
      """, output: "1.0"
  ) { call in
    try call.scaler().step(call.optimizer("optimizer"))
    return .none
  }

  private static let update = Builtin(
    "update(self)", "Lowers the scale after an overflow, raises it after growth_interval steps without.",
    example: """
      scaler = GradScaler(growth_interval=1)
      scaler.update()
      print(scaler.get_scale())
      """, output: "131072.0"
  ) { call in
    try call.scaler().update()
    return .none
  }

  private static let getScale = Builtin(
    "get_scale(self)", "What the loss is multiplied by.", example: "GradScaler().get_scale()",
    output: "65536.0"
  ) { call in .float(try call.scaler().scale) }
}

/// A loss scaler as the language sees it.
final class GradScalerObject: HostObject {
  let scaler: GradScaler
  private let context: EngineContext

  init(_ scaler: GradScaler, _ context: EngineContext) {
    self.scaler = scaler
    self.context = context
  }

  override var typeName: String { "GradScaler" }
  override var attributeNames: [String] { GradScalerBuiltins.methods.map(\.name) }

  override func attribute(_ name: String) throws -> Value? {
    GradScalerBuiltins.methods.first { $0.name == name }.map {
      .native($0.method(of: .host(self), in: context))
    }
  }

  override func describe() -> String { "GradScaler(scale=\(scaler.scale))" }
}

extension Call {
  fileprivate func scaler() throws -> GradScaler {
    guard case .host(let object) = self["self"], let scaler = (object as? GradScalerObject)?.scaler else {
      throw mismatch("self", "a scaler")
    }
    return scaler
  }
}
