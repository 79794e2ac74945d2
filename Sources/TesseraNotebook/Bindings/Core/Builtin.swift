import TesseraScript

/// A function that the engine brings into the language, described once: the same entry is the function `relu(x)`,
/// the method `x.relu()`, the help page and its test.
///
/// Sendable by hand: nothing in it changes, and the default values of its signature are literals, not references.
struct Builtin: @unchecked Sendable {
  /// Name, parameters and defaults, as help shows them.
  let signature: Signature
  let help: Help
  let body: @Sendable (Call) throws -> Value
  private let methodSignature: Signature

  init(_ signature: Signature, help: Help, body: @escaping @Sendable (Call) throws -> Value) {
    self.signature = signature
    self.help = help
    self.body = body
    methodSignature = Signature(name: signature.name, parameters: Array(signature.parameters.dropFirst()))
  }

  /// An entry whose signature is written as it is shown, with its help's parts in order.
  init(
    _ signature: String, _ summary: String, details: String = "", example: String = "", output: String = "",
    body: @escaping @Sendable (Call) throws -> Value
  ) {
    self.init(
      Signature(signature),
      help: Help(summary, details: details, example: example, output: output), body: body)
  }

  var name: String { signature.name }

  /// The entry as a function.
  func function(in context: EngineContext) -> NativeFunction {
    NativeFunction(signature, help: help) { [unowned context] arguments, interpreter in
      try run(Call(context, receiver: nil, receiverName: "", arguments, interpreter))
    }
  }

  /// The entry as a method, whose receiver stands for the first parameter.
  func method(in context: EngineContext) -> NativeFunction {
    let name = signature.parameters.first?.name ?? ""
    return NativeFunction(method: methodSignature, help: help) {
      [unowned context] receiver, arguments, interpreter in
      try run(Call(context, receiver: receiver, receiverName: name, arguments, interpreter))
    }
  }

  /// The entry as a method of `receiver`; holds it only as long as it lives.
  func method(of receiver: Value, in context: EngineContext) -> NativeFunction {
    method(in: context).bound(to: receiver)
  }

  private func run(_ call: Call) throws -> Value {
    try call.context.explaining({ call.namedTensors }) { try body(call) }
  }
}
