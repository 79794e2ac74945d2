import TesseraScript

/// A value for `with scope { }`: something is switched on entry and put back on exit, also when the block failed.
///
/// One object may be entered several times, one inside the other, so each entry keeps its own way back.
class ScopeObject: HostObject {
  /// Puts back what an entry changed; given the error that ended the block.
  typealias Exit = (Diagnostic?) throws -> Void

  private let name: String
  private let begin: (Interpreter) throws -> (value: Value, exit: Exit)
  private var exits: [Exit] = []

  init(_ name: String, begin: @escaping (Interpreter) throws -> (value: Value, exit: Exit)) {
    self.name = name
    self.begin = begin
  }

  override var typeName: String { "scope" }
  override func describe() -> String { "<scope \(name)>" }

  override func enter(_ interpreter: Interpreter) throws -> Value? {
    let (value, exit) = try begin(interpreter)
    exits.append(exit)
    return value
  }

  override func exit(_ interpreter: Interpreter, error: Diagnostic?) throws {
    try exits.popLast()?(error)
  }
}

/// A scope whose name alone will do, such as `no_grad`; calling it means something of its own.
final class NamedScope: ScopeObject {
  /// What `?name` shows.
  let signature: Signature
  let help: Help
  private let onCall: (NamedScope, Arguments, Interpreter) throws -> Value

  init(
    _ signature: Signature, help: Help,
    begin: @escaping (Interpreter) throws -> (value: Value, exit: Exit),
    call: @escaping (NamedScope, Arguments, Interpreter) throws -> Value
  ) {
    self.signature = signature
    self.help = help
    onCall = call
    super.init(signature.name, begin: begin)
  }

  override func describe() -> String { "<scope \(signature.name): \(help.summary)>" }

  override func call(_ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    try onCall(self, arguments, interpreter)
  }
}

/// A setting that a call changes from now on, and `with` only for its block: `seed(0)`, `budget("4 GiB")`.
class SettingScope: HostObject {
  private let text: String
  private let apply: () throws -> () -> Void
  /// How to put back what making this object changed; handed to the first entry.
  private var undo: (() -> Void)?
  private var exits: [() -> Void] = []

  /// Applies the setting at once; `apply` returns how to put back what was before.
  init(_ text: String, apply: @escaping () throws -> () -> Void) throws {
    self.text = text
    self.apply = apply
    super.init()
    undo = try apply()
  }

  override var typeName: String { "setting" }
  override func describe() -> String { "<\(text)>" }

  override func enter(_ interpreter: Interpreter) throws -> Value? {
    exits.append(try undo ?? apply())
    undo = nil
    return Value.none
  }

  override func exit(_ interpreter: Interpreter, error: Diagnostic?) throws { exits.popLast()?() }
}
