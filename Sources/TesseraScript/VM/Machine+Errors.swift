/// From a thrown error to the place that handles it.
extension Machine {
  /// The error as a diagnostic, with the place that is running and the calls under way.
  func diagnostic(_ error: any Error) -> Diagnostic {
    if let diagnostic = error as? Diagnostic { return located(diagnostic) }
    var diagnostic = blank(error)
    diagnostic = located(diagnostic)
    return diagnostic
  }

  private func blank(_ error: any Error) -> Diagnostic {
    let nowhere = SourceLocation(name: "", line: 0, column: 0)
    func make(_ code: String, _ kind: Diagnostic.Kind, _ title: String) -> Diagnostic {
      Diagnostic(code: code, kind: kind, title: title, location: nowhere)
    }
    switch error {
    case let error as ScriptError:
      var result = make(error.code ?? "E0400", .runtime, error.title)
      result.help = error.help
      result.notes = error.notes
      return result
    case MachineStop.interrupted: return make("E0502", .interrupted, "interrupted")
    case MachineStop.stepLimit(let most):
      return make("E0503", .limit, "the program took more than \(most) steps")
    case MachineStop.timeLimit:
      let limit = interpreter.timeLimit.map { "\($0)" } ?? "its time"
      var result = make("E0503", .limit, "the program took more than \(limit)")
      result.exitStatus = 124
      return result
    case MachineStop.exit(let status):
      var result = make("E0504", .exit, "exit(\(status))")
      result.exitStatus = status
      return result
    default: return make("E0400", .runtime, String(describing: error))
    }
  }

  private func located(_ diagnostic: Diagnostic) -> Diagnostic {
    guard diagnostic.location.line == 0, frameCount > 0 else { return diagnostic }
    var result = diagnostic
    let top = frames[frameCount - 1]
    let prototype = top.prototype.takeUnretainedValue()
    let span = prototype.spans[top.wordIndex]
    result.location = prototype.file.location(of: span.start)
    result.excerpt = prototype.file.excerpt(of: span)
    for index in stride(from: frameCount - 1, through: 0, by: -1) {
      guard frames[index].function != nil else { continue }
      let prototype = frames[index].prototype.takeUnretainedValue()
      let place = prototype.file.location(of: prototype.spans[frames[index].wordIndex].start)
      result.trace.append(Diagnostic.TraceEntry(function: prototype.name, location: place))
    }
    return result
  }

  /// Frees frames up to one that handles the error, which then goes on; rethrows at the run's own depth.
  func unwind(_ error: any Error, to depth: Int) throws(Diagnostic) {
    let diagnostic = diagnostic(error)
    while frameCount > depth {
      let frame = frames[frameCount - 1]
      let prototype = frame.prototype.takeUnretainedValue()
      let word = frame.wordIndex
      let handler = prototype.handlers.first {
        $0.start <= word && word < $0.end && (!$0.isCatch || diagnostic.kind == .runtime)
      }
      release(frame, except: handler?.live ?? RegisterSet())
      if let handler {
        if handler.readsError {
          stack[frame.base + handler.register] = Slot(retaining: ErrorValue(diagnostic), .host)
        }
        frames[frameCount - 1].pc = frame.code + handler.target
        return
      }
      frameCount -= 1
      if frame.ownsFunction { frame.letGoOfFunction() }
    }
    throw diagnostic
  }

  private func release(_ frame: Frame, except live: RegisterSet) {
    for register in 0..<frame.registerCount where !live.contains(register) {
      let slot = stack[frame.base + register]
      stack[frame.base + register] = .unset
      slot.release()
    }
  }
}
