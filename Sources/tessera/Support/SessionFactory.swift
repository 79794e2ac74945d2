import TesseraNotebook
import TesseraScript

/// Sessions as the command makes them: with the engine, and with files to import from.
enum SessionFactory {
  /// What every session of this command is extended by.
  static func extensions(device: String?) throws -> [any SessionExtension] {
    [try EngineBindings(device: device)]
  }

  /// A session whose `import` looks in `folder`, and which says on `console` what it has to say.
  static func make(_ configuration: Session.Configuration, folder: String, console: Console) throws -> Session
  {
    let session: Session
    do {
      session = try Session(
        configuration: configuration, extensions: extensions(device: configuration.device))
    } catch let failure as ScriptError {
      console.note("tessera: \(failure.title)\n" + (failure.help.map { "  help: \($0)\n" } ?? ""))
      throw ExitStatus.failure
    }
    session.interpreter.importer = { path in
      let file = path.hasPrefix("/") ? path : folder + "/" + path
      try configuration.confine(file)
      do {
        return SourceText(try TextFile.read(file), name: path)
      } catch let failure as TextFile.Failure {
        throw ScriptError("cannot import \"\(path)\": \(failure.reason)", help: "paths start from \(folder)")
      }
    }
    connect(session, to: console)
    return session
  }

  /// Results to one stream, diagnostics to the other.
  static func connect(_ session: Session, to console: Console) {
    session.sink = { output in
      if case .error = output {
        console.note(output.rendered(style: console.errorStyle, columns: console.errorWidth))
      } else {
        console.write(output.rendered(style: console.style))
      }
    }
    session.progressSink = { console.show($0) }
    session.warningSink = {
      console.note($0.rendered(color: console.errorStyle == .ansi, columns: console.errorWidth) + "\n")
    }
  }
}
