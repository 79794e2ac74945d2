/// Sees a statement begin: its line, and how many calls stand inside each other there; line 0 is the end of a call.
public typealias LineObserver = (_ line: Int, _ depth: Int) -> Void

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
    throw ScriptError("\"\(path)\" cannot be imported here", code: "E0601")
  }
  /// Names of the language that are not built yet: reading one says exactly that.
  public var plannedNames: Set<String> = []
  /// The most loop turns and calls one run may take; nil for no limit.
  public var maxSteps: Int?
  /// The longest one run may take; nil for no limit.
  public var timeLimit: Duration?
  /// When the time of the run under way is up.
  private(set) var deadline: ContinuousClock.Instant?
  /// What `args` holds.
  public var arguments: [String] = [] {
    didSet { defineBuiltin("args", .list(ListObject(arguments.map { .string($0) }))) }
  }
  /// Asks the running program to stop.
  public let interrupt = InterruptFlag()
  /// The `test "name" { }` blocks of the last run.
  public internal(set) var tests: [(name: String, body: FunctionObject)] = []

  private(set) lazy var machine = Machine(self)

  /// A session with the base builtins.
  public init() {
    Builtins.install(in: self)
    defineBuiltin("args", .list(ListObject()))
  }

  // MARK: Programs

  /// Runs a program and returns the value of its last statement where that is an expression.
  ///
  /// - Returns: nil for other statements, for None, and after a trailing `;`.
  ///
  /// - Parameter observer: sees every statement of this source as it begins, wherever it is called from.
  public func run(_ source: SourceText, observer: LineObserver? = nil) throws(Diagnostic) -> Value? {
    let prototype = try compile(source, marksLines: observer != nil)
    machine.lineObserver = observer
    defer { machine.lineObserver = nil }
    try run(prototype, turns: 1)
    let result = machine.programResult
    machine.programResult = .unset
    defer { result.release() }
    return result.tag == .unset || result.tag == .none ? nil : result.value
  }

  /// Runs a program some number of times, read and compiled once: what `:timeit` measures.
  public func run(_ source: SourceText, turns: Int) throws(Diagnostic) {
    try run(try compile(source), turns: turns)
    machine.dropResult()
  }

  private func run(_ prototype: Prototype, turns: Int) throws(Diagnostic) {
    tests = []
    machine.ticks.pointee = 0
    deadline = timeLimit.map { .now + $0 }
    defer { collectCycles() }
    for _ in 0..<turns { try machine.run(prototype) }
  }

  /// Frees lists, maps, instances and shared variables that only hold each other; returns how many there were.
  ///
  /// A run does so at its end; the host does when memory gets short.
  @discardableResult
  public func collectCycles() -> Int { machine.cycles.collect() }

  func compile(_ source: SourceText, marksLines: Bool = false) throws(Diagnostic) -> Prototype {
    let unit = CompilationUnit(
      file: SourceFile(source), globals: machine.globals, marksLines: marksLines, warning: warning)
    return try ProgramCompiler.compile(unit)
  }

  /// Whether `text` is a whole program, the beginning of one, or wrong.
  public func completeness(of text: String) -> Completeness {
    do throws(Diagnostic) {
      _ = try Parser(SourceFile(SourceText(text, name: "input"))).parseProgram()
      return .complete
    } catch {
      return error.kind == .incomplete ? .incomplete : .wrong(error)
    }
  }

  /// A program's instructions as text.
  public func disassemble(_ source: SourceText) throws(Diagnostic) -> String {
    Disassembler.text(of: try compile(source), globals: machine.globals)
  }

  /// A program's syntax tree as text.
  public func syntaxTree(_ source: SourceText) throws(Diagnostic) -> String {
    SyntaxPrinter.text(of: try Parser(SourceFile(source)).parseProgram())
  }

  // MARK: Variables

  /// The session variable called `name`.
  public func global(_ name: String) -> Value? {
    guard let number = machine.globals.existingNumber(of: name) else { return nil }
    let slot = machine.globals.slots[number]
    return slot.tag == .unset ? nil : slot.value
  }

  /// Sets a session variable.
  public func setGlobal(_ name: String, to value: Value) {
    guard let number = machine.globals.number(of: name) else { return }
    machine.globals.set(number, owning: Slot(value))
  }

  /// Lets `name` mean the same variable as `other`, unless programs already use it for one of its own.
  public func alias(_ name: String, of other: String) { machine.globals.alias(name, of: other) }

  /// Removes a session variable.
  public func removeGlobal(_ name: String) {
    guard let number = machine.globals.existingNumber(of: name) else { return }
    machine.globals.constantOwners[name] = nil
    _ = machine.globals.remove(number)
  }

  /// The names of the session's variables, in the order they were first set.
  public var globalNames: [String] {
    machine.globals.order.map { machine.globals.names[$0] }.filter { !$0.contains("\0") }
  }

  /// Adds a name every program can read.
  public func defineBuiltin(_ name: String, _ value: Value) {
    machine.globals.defineBuiltin(name, owning: Slot(value))
  }

  /// Adds a function every program can call, under its own name.
  public func defineBuiltin(_ function: NativeFunction) { defineBuiltin(function.name, .native(function)) }

  /// The builtin called `name`.
  public func builtin(_ name: String) -> Value? { machine.globals.builtin(name)?.value }

  /// The names of the builtins.
  public var builtinNames: [String] { machine.globals.builtinNames }

  // MARK: Values

  /// Calls a value of the language from the host.
  public func call(_ callee: Value, _ arguments: Arguments) throws -> Value {
    let slots = arguments.positional.map { Slot($0) }
    let named = arguments.named.map { ($0.0, Slot($0.1)) }
    let callee = Slot(callee)
    defer {
      for slot in slots { slot.release() }
      for entry in named { entry.1.release() }
      callee.release()
    }
    let result = try machine.call(callee, positional: slots, named: named)
    defer { result.release() }
    return result.value
  }

  /// Calls a method of an instance, without what the host does around `forward`.
  func call(method: FunctionObject, of instance: InstanceObject, _ arguments: Arguments) throws -> Value {
    try call(.function(method.bound(to: instance)), arguments)
  }

  /// The script statement that is running, while a native function runs.
  public var currentLocation: SourceLocation? {
    guard machine.frameCount > 0 else { return nil }
    let frame = machine.frames[machine.frameCount - 1]
    let prototype = frame.prototype.takeUnretainedValue()
    return prototype.file.location(of: prototype.spans[frame.wordIndex].start)
  }

  /// The source and the line that run, of which finding out the column is the dear part; nil where nothing does.
  public var currentLine: (name: String, line: Int)? {
    guard machine.frameCount > 0 else { return nil }
    let frame = machine.frames[machine.frameCount - 1]
    return frame.prototype._withUnsafeGuaranteedRef {
      ($0.file.source.name, $0.file.line(of: $0.spans[frame.wordIndex].start))
    }
  }

  /// How a value prints at the prompt.
  public func describe(_ value: Value) -> String { Describer.repr(value) }

  /// The attributes of a value, for completion; evaluates nothing.
  public func attributeNames(of value: Value) -> [String] {
    let slot = Slot(value)
    defer { slot.release() }
    return machine.attributeNames(of: slot)
  }

  /// Runs the body of a `test` block.
  public func runTest(_ test: (name: String, body: FunctionObject)) throws(Diagnostic) {
    do {
      _ = try call(.function(test.body), Arguments())
    } catch let error as Diagnostic {
      throw error
    } catch {
      throw machine.diagnostic(error)
    }
  }
}
