import TesseraNet
import TesseraScript
import TesseraTensor

/// Brings the engine into the language: tensors, layers, scopes, memory reports and files as builtins.
///
/// ```
/// let bindings = EngineBindings(engine: Engine(backend: CPUBackend()))
/// bindings.install(into: interpreter)
/// ```
public final class EngineBindings {
  /// The engine whose tensors scripts see.
  public let engine: Engine
  let context: EngineContext
  private let models: ModelBindings
  /// The budget before a cell's own memory limit.
  var budgetBefore: (bytes: Int?, label: String)?

  /// Makes bindings of an engine; several interpreters never share one.
  public init(engine: Engine) {
    self.engine = engine
    context = EngineContext(engine: engine)
    models = ModelBindings(context)
  }

  /// Receives sentences that are no errors, such as an argument that has no effect.
  public var note: (String) -> Void {
    get { context.note }
    set { context.note = newValue }
  }

  /// Defines every builtin, and follows the program's line for the ledger.
  public func install(into interpreter: Interpreter) {
    context.interpreter = interpreter
    interpreter.modelHost = models
    connect(engine, to: interpreter)
    context.prepare = { [unowned self, unowned interpreter] in connect($0, to: interpreter) }
    context.tensorMethods = Dictionary(named: Self.tensorMethods).mapValues { $0.method(in: context) }
    context.layerMethods = Dictionary(named: LayerMethods.all)
    let base = BaseDispatch.names.compactMap { BaseDispatch.function($0, in: context) }
    for builtin in Self.functions { interpreter.defineBuiltin(builtin.function(in: context)) }
    for function in base { interpreter.defineBuiltin(function) }
    for scope in ScopeBuiltins.named(context) {
      interpreter.defineBuiltin(scope.signature.name, .host(scope))
    }
    for dtype in DType.allCases where dtype != .bool {
      interpreter.defineBuiltin(dtype.rawValue, .string(dtype.rawValue))
    }
  }

  /// Lets an engine follow the program.
  func connect(_ engine: Engine, to interpreter: Interpreter) {
    engine.reclaim = { [unowned interpreter] in interpreter.collectCycles() > 0 }
    engine.currentMark = { [unowned context] in context.mark }
    engine.warn = { [unowned context] in context.note($0) }
  }

  /// Methods of a tensor; where an op and a builtin share a name the builtin has more manners.
  static var tensorMethods: [Builtin] {
    let ops = OpBuiltins.visible.filter { $0.signature.isMethod }.map { OpBuiltins.builtin($0) }
    return [ops, ShapeBuiltins.all, ShapeBuiltins.methods, FunctionBuiltins.methods, TensorMethods.all]
      .flatMap { $0 }
  }

  /// Functions of the language's global names.
  static var functions: [Builtin] {
    let ops = OpBuiltins.visible.filter { !BaseDispatch.names.contains($0.name) }.map {
      OpBuiltins.builtin($0)
    }
    let groups: [[Builtin]] = [
      ops, CreationBuiltins.all, ShapeBuiltins.all, ShapeBuiltins.functions, FunctionBuiltins.methods,
      FunctionBuiltins.functions, ScopeBuiltins.called, MemoryBuiltins.all, PlanBuiltins.all,
      [CaptureBuiltin.capture], PlotBuiltins.all, ChartBuiltins.all, [ViewBuiltin.view],
      LayerBuiltins.all, LossBuiltins.all,
      OptimizerBuiltins.all, GradScalerBuiltins.all, FileBuiltins.all, DataBuiltins.all, BraTSBuiltins.all,
    ]
    return groups.flatMap { $0 }
  }
}

extension Dictionary where Key == String, Value == Builtin {
  /// By name; of two with one name the later stays.
  fileprivate init(named builtins: [Builtin]) {
    self.init(builtins.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }
}
