import TesseraNet
import TesseraScript
import TesseraTensor

/// What the bindings of one session share: the engine, the language, and the model that runs now.
final class EngineContext {
  /// The engine that makes tensors now; `with device(…)` switches it.
  var engine: Engine
  /// Engines by device, the session's own first.
  var engines: [Engine]
  /// Connects an engine with the session.
  var prepare: (Engine) -> Void = { _ in }
  /// Weak: the interpreter's builtins hold this context.
  weak var interpreter: Interpreter?
  /// Where outputs that are no text go; nil outside a session.
  weak var session: Session?
  /// What `x.name(…)` finds on a tensor.
  var tensorMethods: [String: NativeFunction] = [:]
  /// What `net.name(…)` finds on a layer or a model's instance.
  var layerMethods: [String: Builtin] = [:]
  /// Models whose `forward` runs, outermost first.
  var running: [Layer] = []
  /// Swin blocks of scripts that run in two segments now, each with the segments that were open before.
  var openHalves: [(layer: ScriptLayer, depth: Int)] = []
  /// The network whose memory an out-of-memory is about.
  var lastNetwork: LastNetwork?
  /// Where files are written.
  var writeFolder = "."
  /// Labels and peaks of the reports that have ended, for the session's summary.
  var peaks: [(label: String, bytes: Int)] = []
  /// The recording of the whole program and the reports that ended meanwhile, where a trace was asked for.
  var programRecording: MemoryRecording?
  var tracedReports: [MemoryReport] = []
  /// Shows a sentence that is no error.
  var note: (String) -> Void = { _ in }

  init(engine: Engine) { (self.engine, engines) = (engine, [engine]) }

  /// Wraps a tensor for the language.
  func value(_ tensor: Tensor) -> Value { .host(TensorObject(tensor, self)) }

  /// Where the script is, as the ledger notes it.
  var mark: SourceMark? {
    interpreter?.currentLine.map { SourceMark(file: $0.name, line: $0.line) }
  }
}
