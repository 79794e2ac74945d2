import TesseraData
import TesseraScript
import TesseraTensor

extension EngineContext {
  /// Runs `body` and turns the engine's errors into the language's: message, next step, and where the tensors at
  /// fault were made.
  func explaining<Result>(
    _ tensors: () -> [(name: String, tensor: Tensor)], _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch TensorError.interrupted {
      throw Diagnostic(
        code: "E0502", kind: .interrupted, title: "interrupted",
        location: SourceLocation(name: "", line: 0, column: 0))
    } catch TensorError.outOfMemory(let facts) {
      throw ScriptError(.outOfMemory(withCures(facts)))
    } catch let error as TensorError {
      throw ScriptError(error, tensors: error.concernsShapes ? tensors() : [])
    } catch let error as DataError {
      throw ScriptError(error.description, code: "E0850")
    }
  }
}

extension ScriptError {
  /// The engine's error for the language.
  init(_ error: TensorError, tensors: [(name: String, tensor: Tensor)] = []) {
    var seen: Set<ObjectIdentifier> = []
    let notes = tensors.filter { seen.insert(ObjectIdentifier($0.tensor)).inserted }.compactMap {
      Diagnostic.Note(madeAt: $0.tensor, called: $0.name)
    }
    self.init(error.message, help: error.advice, code: error.code, notes: Array(notes.prefix(3)))
  }
}

extension Diagnostic.Note {
  /// Where a tensor was made and what it is; nil for one that no script line made.
  init?(madeAt tensor: Tensor, called name: String) {
    guard let mark = tensor.madeAt else { return nil }
    self.init(
      "\(name) was made here, shape \(tensor.shape), \(tensor.dtype.rawValue)",
      location: SourceLocation(name: mark.file, line: mark.line, column: 1))
  }
}

extension TensorError {
  /// Whether the shapes and types of the arguments explain it.
  var concernsShapes: Bool {
    switch self {
    case .axisOutOfRange, .shapesDoNotBroadcast, .shapeMismatch, .wrongRank, .wrongDType, .reshapeCount,
      .indexOutOfRange, .notScalar, .dryValue, .badParameter, .layer, .noGradient:
      true
    default: false
    }
  }

  /// The stable code of its kind, one a row of `EngineExplanations`.
  var code: String {
    switch self {
    case .shapesDoNotBroadcast, .shapeMismatch, .reshapeCount: "E0801"
    case .axisOutOfRange, .wrongRank: "E0802"
    case .indexOutOfRange: "E0803"
    case .wrongDType: "E0804"
    case .badParameter, .wrongInputCount, .layer: "E0805"
    case .dryValue: "E0806"
    case .notScalar: "E0807"
    case .noGradient, .graphFreed, .gradientsSpent, .scaledLoss: "E0808"
    case .savedTensorChanged: "E0809"
    case .insideSegment: "E0810"
    case .outOfMemory, .budgetOutOfReach: "E0811"
    case .unsupported, .device, .elsewhere: "E0812"
    case .interrupted: "E0813"
    }
  }
}
