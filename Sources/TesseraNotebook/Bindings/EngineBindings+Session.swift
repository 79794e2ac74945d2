import TesseraScript
import TesseraTensor
import TesseraVulkan

extension EngineBindings {
  /// Bindings with an engine of their own: on the processor, or on the Vulkan device that a name such as `vulkan` or
  /// `vulkan:1` stands for.
  ///
  /// - Throws: when there is no such device.
  public convenience init(device: String? = nil) throws {
    let name = device.flatMap { $0 == "dry" ? nil : $0 } ?? "cpu"
    self.init(engine: Engine(backend: try EngineContext.backend(named: name)))
  }
}

extension EngineBindings: SessionExtension {
  /// Defines every builtin and applies what the session was asked for: seed, threads, budget, device.
  ///
  /// - Throws: when the device is not there.
  public func install(into session: Session) throws {
    let configuration = session.configuration
    install(into: session.interpreter)
    context.session = session
    context.note = { [unowned session] in session.warningSink(Self.note($0, in: session)) }
    if configuration.device == "dry" { engine.isDry = true }
    if let seed = configuration.seed { engine.random = RandomState(seed: seed) }
    prepare(engine, for: session)
    context.prepare = { [unowned self, unowned session] in prepare($0, for: session) }
    if configuration.tracesMemory { context.programRecording = engine.beginRecording("program") }
  }

  /// Connects an engine with the program, and gives it what the session was asked for.
  private func prepare(_ engine: Engine, for session: Session) {
    connect(engine, to: session.interpreter)
    limitMemory(of: engine, session.configuration.memoryLimit)
    engine.backend.parallel = Parallel(
      threadCount: session.configuration.threads ?? engine.backend.parallel.threadCount,
      cancellation: Interruption(flag: session.interpreter.interrupt))
  }

  /// A remark is a warning at the line that runs: it goes where diagnostics go, not into results.
  private static func note(_ text: String, in session: Session) -> Diagnostic {
    Diagnostic(
      code: "E0820", kind: .warning, title: text,
      location: session.interpreter.currentLocation ?? SourceLocation(name: "session", line: 1, column: 1))
  }

  /// A budget is always on: what was asked for, or what the machine has left.
  private func limitMemory(of engine: Engine, _ limit: Int?) {
    if let limit {
      (engine.ledger.budget, engine.ledger.budgetLabel) = (limit, "--memory")
    } else if engine.backend is VulkanBackend {
      // A tenth is left to the driver and to others, as on the processor.
      let bytes = engine.backend.limits.totalMemory / 10 * 9
      (engine.ledger.budget, engine.ledger.budgetLabel) = (bytes, MemoryLedger.machineBudgetLabel)
    } else if let budget = DefaultBudget.current {
      (engine.ledger.budget, engine.ledger.budgetLabel) = (
        budget.bytes, MemoryLedger.machineBudgetLabel
      )
    }
  }

  /// Skips cells for a device that is not there, and applies a cell's own memory limit.
  public func willRunCell(_ cell: CellSource, in session: Session) throws {
    if let device = cell.options.device {
      do { _ = try context.engine(on: device) } catch let error as ScriptError { throw SkipCell(error.title) }
    }
    if let limit = cell.options.memoryLimit {
      budgetBefore = (engine.ledger.budget, engine.ledger.budgetLabel)
      (engine.ledger.budget, engine.ledger.budgetLabel) = (limit, "the cell's memory-limit")
    }
  }

  /// Puts a cell's own memory limit back.
  public func didRunCell(_ cell: CellSource, in session: Session) throws {
    restoreBudget()
  }

  /// The same, and forgets what was running; scopes have put back their own settings.
  public func cellFailed(_ cell: CellSource, in session: Session) {
    context.running = []
    context.openHalves = []
    context.engines.forEach { $0.closeSegments(to: 0) }
    restoreBudget()
  }

  private func restoreBudget() {
    guard let (bytes, label) = budgetBefore else { return }
    (engine.ledger.budget, engine.ledger.budgetLabel) = (bytes, label)
    budgetBefore = nil
  }

  /// Reports and comparisons show as tables; settings show nothing.
  public func outputs(for value: Value, in session: Session) -> [Output]? {
    guard case .host(let object) = value else { return nil }
    switch object {
    case is SettingScope: return []
    case let report as MemoryReportObject:
      return report.run.map { [.text($0.report.rendered() + "\n")] }
    default: return nil
    }
  }

  /// A tensor without its graph.
  public func detached(_ value: Value, in session: Session) -> Value {
    value.tensor.map { context.value($0.detached()) } ?? value
  }

  /// Help on the methods of tensors and layers.
  public func help(onAttribute name: String, of value: Value) -> Help? {
    switch value {
    case .host(let object) where object is TensorObject: context.tensorMethods[name]?.help
    case .host, .instance: context.layerMethods[name]?.help
    default: nil
    }
  }

  /// `:mem`, `:seed`, `:device`, `:prof`, `:trace`.
  public var commands: [SessionCommand] { EngineCommands.all(self) }
}

extension Session {
  /// What happened to memory since the session began, and in each `with memory` block that has ended; nil unless
  /// it was asked for.
  public func memoryTrace() -> MemoryTrace? {
    let bindings = extensions.lazy.compactMap { $0 as? EngineBindings }.first
    guard let bindings, let recording = bindings.context.programRecording else { return nil }
    bindings.context.programRecording = nil
    return MemoryTrace([bindings.engine.endRecording(recording).report] + bindings.context.tracedReports)
  }
}

/// The machine's interrupt as kernels poll it.
private struct Interruption: Cancellation {
  let flag: InterruptFlag
  var isCancelled: Bool { flag.isRaised }
}
