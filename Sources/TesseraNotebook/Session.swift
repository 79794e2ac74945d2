import TesseraScript

/// Evaluates cells one after the other, keeping the variables between them: what the prompt, lessons, scripts
/// and tests all run on.
///
/// A session reads no files, draws nothing and knows no tensors. Extensions bring the engine; ``sink`` says
/// where outputs go as they appear.
public final class Session {
  /// The language, with this session's variables.
  public let interpreter = Interpreter()
  /// What the session was asked for.
  public let configuration: Configuration
  /// Sees every output at the moment it appears.
  public var sink: (Output) -> Void = { _ in }
  /// Sees how far a loop over `progress(…)` has come, at every turn.
  public var progressSink: (LoopProgress) -> Void = { _ in }
  /// Sees warnings, such as a builtin that is shadowed.
  public var warningSink: (Diagnostic) -> Void = { _ in }

  /// The commands that extensions bring to the prompt.
  public var commands: [SessionCommand] { extensions.flatMap(\.commands) }
  /// The parameters that no cell and no `param(…)` has asked for so far.
  public var unusedParameters: [String] {
    configuration.parameters.map(\.name).filter { !usedParameters.contains($0) }
  }

  let extensions: [any SessionExtension]
  var usedParameters: Set<String> = []
  private var outputs: [Output] = []

  /// A session with the base language and what the extensions add.
  ///
  /// - Throws: what an extension throws, such as a device that is not there.
  public init(configuration: Configuration = Configuration(), extensions: [any SessionExtension] = []) throws
  {
    self.configuration = configuration
    self.extensions = extensions
    interpreter.arguments = configuration.arguments
    interpreter.maxSteps = configuration.maxSteps
    interpreter.timeLimit = configuration.timeLimit.map { .seconds($0) }
    interpreter.output = { [unowned self] in emit(.text($0)) }
    interpreter.warning = { [unowned self] in warningSink($0) }
    defineParameterBuiltin()
    defineProgressBuiltin()
    for item in extensions { try item.install(into: self) }
  }

  /// Shows an output: it becomes part of the running cell's result and goes to the sink.
  public func emit(_ output: Output) {
    outputs.appendJoining(output)
    sink(output)
  }

  /// Runs one cell to its end, its error, or an interrupt; `observer` sees each of its lines begin.
  public func run(_ cell: CellSource, observer: LineObserver? = nil) -> CellResult {
    outputs = []
    interpreter.interrupt.clear()
    let clock = ContinuousClock()
    let start = clock.now
    var result = CellResult()
    do {
      for item in extensions { try item.willRunCell(cell, in: self) }
      result.value = try evaluate(cell, observer)
      for item in extensions { try item.didRunCell(cell, in: self) }
    } catch let skip as SkipCell {
      result.skipReason = skip.reason
    } catch {
      result.error = diagnostic(for: error, in: cell)
      for item in extensions { item.cellFailed(cell, in: self) }
    }
    if let error = result.error, error.kind != .exit { emit(.error(error)) }
    result.seconds = (clock.now - start).inSeconds
    result.outputs = outputs
    return result
  }

  /// Runs the program and shows the value of its last expression where the cell asks for it.
  private func evaluate(_ cell: CellSource, _ observer: LineObserver?) throws -> Value? {
    let source = SourceText(cell.text, name: cell.name, firstLine: cell.firstLine)
    let value = try interpreter.run(source, observer: observer)
    if cell.options.isParameters { overrideParameters() }
    guard let value, cell.showsValue else { return value }
    show(value)
    if cell.keepsValue { interpreter.setGlobal("_", to: detached(value)) }
    return value
  }

  /// Shows a value as the last line of a cell does.
  public func show(_ value: Value) {
    let special = extensions.lazy.compactMap { $0.outputs(for: value, in: self) }.first
    for output in special ?? [.text(interpreter.describe(value) + "\n")] { emit(output) }
  }

  /// Help on an attribute or method, from the language or whatever extension knows it.
  func help(onAttribute name: String, of value: Value) -> Help? {
    MethodOwner(of: value)?.documentation(of: name)?.help
      ?? extensions.lazy.compactMap { $0.help(onAttribute: name, of: value) }.first
  }

  private func detached(_ value: Value) -> Value {
    extensions.reduce(value) { $1.detached($0, in: self) }
  }

  /// Any error as a diagnostic; one that an extension threw outside a program gets the cell's place.
  private func diagnostic(for error: any Error, in cell: CellSource) -> Diagnostic {
    if let diagnostic = error as? Diagnostic { return diagnostic }
    let place = SourceLocation(name: cell.name, line: cell.firstLine, column: 1)
    guard let failure = error as? ScriptError else {
      return Diagnostic(code: "E0001", kind: .runtime, title: "\(error)", location: place)
    }
    return Diagnostic(
      code: failure.code ?? "E0001", kind: .runtime, title: failure.title, location: place,
      notes: failure.notes, help: failure.help)
  }
}

extension Session {
  /// What a session is asked for, mostly on the command line.
  public struct Configuration: Sendable {
    /// `--param name=value`, in order; the text is read by ``ParameterValue``.
    public var parameters: [(name: String, text: String)] = []
    /// `--seed`.
    public var seed: UInt64?
    /// `--threads`.
    public var threads: Int?
    /// `--memory`, in bytes.
    public var memoryLimit: Int?
    /// `--device`: `cpu`, `vulkan`, `vulkan:1`, `dry`.
    public var device: String?
    /// Whether memory is recorded from beginning to end, and every report kept, for ``Session/memoryTrace()``.
    public var tracesMemory = false
    /// What `args` holds.
    public var arguments: [String] = []
    /// How many columns an output may take.
    public var width = 80
    /// `--max-steps`: loop turns and calls a program may take.
    public var maxSteps: Int?
    /// `--timeout`, in seconds a program.
    public var timeLimit: Double?
    /// `--sandbox`: the only folder whose files a program reaches.
    public var sandbox: String?

    /// Nothing asked for.
    public init() {}
  }
}

extension Duration {
  /// The duration as a number of seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
