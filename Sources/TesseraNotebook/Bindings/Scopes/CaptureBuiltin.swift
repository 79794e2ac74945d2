import TesseraScript
import TesseraTensor

/// `capture(body)`: a function's kernels, to be run again without the function.
enum CaptureBuiltin {
  static let capture = Builtin(
    "capture(body)",
    "Runs a function twice, and returns what runs its kernels again: same tensors, same bits, memory planned ahead.",
    details:
      "For a training step whose shapes do not change: no graph is built and nothing is allocated. Tensors that live "
      + "before body, or that it returns, are read and written where they are; write new data into them. What body decides "
      + "stays decided, so it may neither draw random numbers nor read values. An optimizer's learning rate is read at "
      + "each run. Attributes: kernels, block (bytes of all temporaries together), result.",
    example: """
      w, x = ones(3, requires_grad=True), ones(3)
      opt = SGD([w], lr=0.25)
      def step() { loss = (w * x).sum(); loss.backward(); opt.step(); opt.zero_grad(); return loss.detach() }
      again = capture(step)
      print(w.tolist())
      print(again().item(), w.tolist())
      """, output: "[0.5, 0.5, 0.5]\n1.5 [0.25, 0.25, 0.25]"
  ) { call in
    let body = call["body"]
    _ = try call.interpreter.call(body, Arguments([]))
    let (result, program) = try call.engine.capture { try call.interpreter.call(body, Arguments([])) }
    return .host(CaptureObject(program, result: result))
  }
}

/// What `capture` returns.
final class CaptureObject: HostObject {
  private let program: CapturedProgram
  private let result: Value

  init(_ program: CapturedProgram, result: Value) {
    self.program = program
    self.result = result
  }

  override var typeName: String { "capture" }
  override var attributeNames: [String] { ["kernels", "block", "result"] }

  override func attribute(_ name: String) throws -> Value? {
    switch name {
    case "kernels": .int(program.kernelCount)
    case "block": .int(program.blockBytes)
    case "result": result
    default: nil
    }
  }

  override func call(_ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    guard arguments.positional.isEmpty, arguments.named.isEmpty else {
      throw ScriptError(
        "a capture takes no arguments: write new values into the tensors it reads", code: "E0403")
    }
    try program.run()
    return result
  }

  override func describe() -> String {
    "capture(\(program.kernelCount) kernels, \(ByteText.text(program.blockBytes)) of temporaries)"
  }
}
