/// A session of the language: its variables, its builtins, and the machine that runs programs.
public final class Interpreter {
  /// Where `print` writes.
  public var output: (String) -> Void = { print($0, terminator: "") }
  /// Where warnings go, such as a builtin being shadowed.
  public var warning: (Diagnostic) -> Void = { _ in }
  /// Gives `model` instances their built-in behaviour.
  public weak var modelHost: (any ModelHost)?
  /// Finds the text that `import name from "file"` names.
  public var importer: (String) throws -> SourceText = { path in
    throw ScriptError("cannot import \"\(path)\" here", code: "E0601")
  }
  /// Names of the language that are not built yet: reading one says exactly that.
  public var plannedNames: Set<String> = []
  /// The most loop turns and calls one run may take; nil for no limit.
  public var maxSteps: Int?
  /// What `args` holds.
  public var arguments: [String] = []
  /// Asks the running program to stop.
  public let interrupt = InterruptFlag()
  /// The `test "name" { }` blocks of the last run.
  public internal(set) var tests: [(name: String, body: FunctionObject)] = []

  private var globals: [String: Value] = [:]
  private var builtins: [String: Value] = [:]

  /// A session with the base builtins.
  public init() {}

  /// Whether `text` is a whole program, the beginning of one, or wrong.
  public func completeness(of text: String) -> Completeness { .complete }

  /// Runs a program and returns the value of its last statement where that is an expression.
  ///
  /// - Returns: nil for other statements, for None, and after a trailing `;`.
  public func run(_ source: SourceText) throws(Diagnostic) -> Value? { nil }

  /// The session variable called `name`.
  public func global(_ name: String) -> Value? { globals[name] }
  /// Sets a session variable.
  public func setGlobal(_ name: String, to value: Value) { globals[name] = value }
  /// Removes a session variable.
  public func removeGlobal(_ name: String) { globals[name] = nil }
  /// The names of the session's variables, in the order they were first set.
  public var globalNames: [String] { globals.keys.sorted() }

  /// Adds a name every program can read.
  public func defineBuiltin(_ name: String, _ value: Value) { builtins[name] = value }
  /// Adds a function every program can call, under its own name.
  public func defineBuiltin(_ function: NativeFunction) { builtins[function.name] = .native(function) }
  /// The builtin called `name`.
  public func builtin(_ name: String) -> Value? { builtins[name] }
  /// The names of the builtins.
  public var builtinNames: [String] { builtins.keys.sorted() }

  /// The script statement that is running, while a native function runs.
  public var currentLocation: SourceLocation? { nil }

  /// Calls a value of the language from the host.
  public func call(_ callee: Value, _ arguments: Arguments) throws -> Value { .none }

  /// How a value prints at the prompt.
  public func describe(_ value: Value) -> String { Describer.repr(value) }

  /// The attributes of a value, for completion; evaluates nothing.
  public func attributeNames(of value: Value) -> [String] { [] }

  /// Runs the body of a `test` block.
  public func runTest(_ test: (name: String, body: FunctionObject)) throws(Diagnostic) {}

  /// A program's instructions as text.
  public func disassemble(_ source: SourceText) throws(Diagnostic) -> String { "" }

  /// A program's syntax tree as text.
  public func syntaxTree(_ source: SourceText) throws(Diagnostic) -> String { "" }
}
